using Speaker.Audio.Numerics;

namespace Speaker.Inference;

/// <summary>Memory for the tiles that one thread works on.</summary>
internal sealed class WinogradScratch
{
    /// <summary>Transformed inputs, [places, tiles, channels].</summary>
    public AlignedBuffer Inputs { get; } = new();

    /// <summary>Their products with the weights, [places, tiles, channels].</summary>
    public AlignedBuffer Products { get; } = new();
}
