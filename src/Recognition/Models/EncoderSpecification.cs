namespace Speaker.Models;

/// <summary>
/// Everything that fixes the encoder's network; stored in the model card, equal by value. The defaults are one network
/// of 0.95 M parameters, 3.8 MB, the best of its size in short runs (docs/model.md).
/// </summary>
/// <remarks>
/// Order, in each branch: cepstra → entry convolution → dilated residual blocks → aggregation of all block outputs →
/// attentive statistics pooling → <see cref="BranchDimension"/> → unit length. The branches' results are joined end to
/// end.
/// </remarks>
internal sealed record EncoderSpecification
{
    /// <summary>Cepstra a frame, index 0 included; equals the front end's.</summary>
    public int Coefficients { get; init; } = 60;

    /// <summary>Channels of the blocks.</summary>
    public int Width { get; init; } = 184;

    /// <summary>Odd, in frames.</summary>
    public int EntryKernel { get; init; } = 5;

    /// <summary>Frames in for each frame that the blocks see.</summary>
    public int EntryStride { get; init; } = 2;

    /// <summary>One residual block each, in the frames that the blocks see.</summary>
    public IReadOnlyList<int> Dilations { get; init; } = [1, 2, 4];

    /// <summary>Channels that the outputs of all blocks are gathered into before pooling.</summary>
    public int AggregateWidth { get; init; } = 192;

    /// <summary>Hidden units of the attention that weights the frames.</summary>
    public int AttentionWidth { get; init; } = 64;

    /// <summary>D, of the embedding; the branches share it evenly.</summary>
    public int Dimension { get; init; } = 192;

    /// <summary>
    /// Networks side by side, each of the widths above with weights of its own. Their cosines are averaged: an ensemble
    /// (Hansen and Salamon, 1990), whose members err differently, in one model.
    /// </summary>
    public int Branches { get; init; } = 1;

    internal int BranchDimension => Dimension / Branches;

    /// <exception cref="ModelException">A value is outside its range.</exception>
    public void Validate()
    {
        Check(nameof(Coefficients), Coefficients, 1, 512);
        Check(nameof(Width), Width, 1, 4096);
        Check(nameof(EntryKernel), EntryKernel, 1, 31);
        Check(nameof(EntryStride), EntryStride, 1, 8);
        Check(nameof(AggregateWidth), AggregateWidth, 1, 8192);
        Check(nameof(AttentionWidth), AttentionWidth, 1, 4096);
        Check(nameof(Dimension), Dimension, 2, 4096);
        Check(nameof(Branches), Branches, 1, 16);
        if (Dimension % Branches != 0 || BranchDimension < 2)
        {
            throw new ModelException(
                $"Dimension of an encoder must be a multiple of its Branches, {Branches}, and two or more for each, " +
                $"got {Dimension}; correct it in the model card");
        }

        Check("the number of Dilations", Dilations?.Count ?? 0, 1, 32);
        foreach (var dilation in Dilations!)
        {
            Check("a dilation", dilation, 1, 64);
        }

        if (EntryKernel % 2 == 0)
        {
            throw new ModelException($"EntryKernel must be odd to keep frames in place, got {EntryKernel}");
        }
    }

    public bool Equals(EncoderSpecification? other) =>
        other is not null && Scalars == other.Scalars && Dilations.SequenceEqual(other.Dilations);

    public override int GetHashCode() => HashCode.Combine(Scalars, Dilations.Count);

    private (int, int, int, int, int, int, int, int) Scalars =>
        (Coefficients, Width, EntryKernel, EntryStride, AggregateWidth, AttentionWidth, Dimension, Branches);

    private static void Check(string name, int value, int minimum, int maximum)
    {
        if (value < minimum || value > maximum)
        {
            throw new ModelException(
                $"{name} of an encoder must be {minimum} to {maximum}, got {value}; correct it in the model card");
        }
    }
}
