using Speaker.Audio.Numerics;
using Speaker.Models;

namespace Speaker.Inference;

/// <summary>Memory for what is computed within one tile of frames; one a thread.</summary>
/// <param name="specification">Of the network.</param>
internal sealed class TileScratch(EncoderSpecification specification)
{
    /// <summary>Features that the entry convolution sees, [rows, coefficients].</summary>
    public AlignedBuffer Features { get; } = new(
        (((BranchPass.TileFrames - 1) * (long)specification.EntryStride) + specification.EntryKernel)
        * specification.Coefficients);

    /// <summary>What a block's first convolution gives: the tile's frames and one more at each end.</summary>
    public AlignedBuffer Dilated { get; } = new(
        (BranchPass.TileFrames + BlockWeights.Kernel - 1L) * PackedWeights.PaddedLength(specification.Width));

    /// <summary>Hidden units of the attention.</summary>
    public AlignedBuffer Hidden { get; } = new(
        (long)BranchPass.TileFrames * PackedWeights.PaddedLength(specification.AttentionWidth));

    /// <summary>Scores of the attention.</summary>
    public AlignedBuffer Scores { get; } = new(
        (long)BranchPass.TileFrames * PackedWeights.PaddedLength(specification.AggregateWidth));
}
