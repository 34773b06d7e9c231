using System.Text.Json;

namespace Speaker.Model.Encoding;

/// <summary>One two-dimensional stage over the frequency-by-time map.</summary>
/// <param name="Channels">1…512.</param>
/// <param name="FrequencyStride">1 or 2.</param>
/// <param name="TimeStride">1 or 2.</param>
public sealed record MapStage(int Channels, int FrequencyStride, int TimeStride);

/// <summary>
/// Everything that fixes the encoder's network; stored in the model card, equal by value. The defaults are the network
/// that ships.
/// </summary>
/// <remarks>
/// Order: cepstra → (map of <see cref="MapBands"/> log-mel bands → <see cref="Stages"/>) → entry convolution → dilated
/// residual blocks → aggregation of all block outputs → attentive statistics pooling → <see cref="Dimension"/> → unit length.
/// </remarks>
public sealed record EncoderSpecification
{
    /// <summary>Cepstra a frame, index 0 included; equals the front end's.</summary>
    public int Coefficients { get; init; } = 60;

    /// <summary>
    /// Bands of the map that the cepstra are turned back into by the inverse DCT: a log-mel spectrum smoothed by the
    /// cepstra that were dropped. 0: no map and no stages, the blocks see the cepstra.
    /// </summary>
    public int MapBands { get; init; } = 80;

    /// <summary>The first is one 3×3 convolution, each further one a residual block.</summary>
    public IReadOnlyList<MapStage> Stages { get; init; } = [new(16, 2, 2), new(16, 1, 1), new(32, 2, 1)];

    /// <summary>Channels of the one-dimensional blocks.</summary>
    public int Width { get; init; } = 128;

    /// <summary>Odd, in frames.</summary>
    public int EntryKernel { get; init; } = 1;

    /// <summary>1 or 2, in frames.</summary>
    public int EntryStride { get; init; } = 1;

    /// <summary>One residual block each, in frames; empty: the map goes straight to the pooling.</summary>
    public IReadOnlyList<int> Dilations { get; init; } = [1, 2, 3, 4, 5];

    /// <summary>Channels that the outputs of all blocks are gathered into before pooling.</summary>
    public int AggregateWidth { get; init; } = 384;

    /// <summary>Hidden units of the attention that weights the frames.</summary>
    public int AttentionWidth { get; init; } = 96;

    /// <summary>D, of the embedding.</summary>
    public int Dimension { get; init; } = 192;

    /// <exception cref="ModelException">A value is outside its range.</exception>
    public void Validate()
    {
        Check(nameof(Coefficients), Coefficients, 1, 512);
        Check(nameof(MapBands), MapBands, 0, 512);
        Check(nameof(Width), Width, 1, 4096);
        Check(nameof(EntryKernel), EntryKernel, 1, 31);
        Check(nameof(EntryStride), EntryStride, 1, 2);
        Check(nameof(AggregateWidth), AggregateWidth, 1, 8192);
        Check(nameof(AttentionWidth), AttentionWidth, 1, 4096);
        Check(nameof(Dimension), Dimension, 2, 4096);
        Check("the number of Stages", Stages.Count, 0, 32);
        Check("the number of Dilations", Dilations.Count, 0, 32);
        foreach (var stage in Stages)
        {
            Check("a stage's Channels", stage.Channels, 1, 512);
            Check("a stage's FrequencyStride", stage.FrequencyStride, 1, 2);
            Check("a stage's TimeStride", stage.TimeStride, 1, 2);
        }

        foreach (var dilation in Dilations)
            Check("a dilation", dilation, 1, 64);
        if (EntryKernel % 2 == 0)
            throw new ModelException($"EntryKernel must be odd to keep frames in place, got {EntryKernel}");
        if (MapBands > 0 && MapBands < Coefficients)
            throw new ModelException($"MapBands must be 0 or at least the {Coefficients} Coefficients, got {MapBands}");
        if ((MapBands == 0) != (Stages.Count == 0))
            throw new ModelException("Stages need MapBands above 0, and MapBands need at least one stage");
        if (Stages.Count == 0 && Dilations.Count == 0)
            throw new ModelException("an encoder needs Stages, Dilations or both, got neither");
    }

    public bool Equals(EncoderSpecification? other) =>
        other is not null && ToJson().AsSpan().SequenceEqual(other.ToJson());

    public override int GetHashCode() => HashCode.Combine(Coefficients, MapBands, Width, Dimension, Dilations.Count);

    private byte[] ToJson() =>
        JsonSerializer.SerializeToUtf8Bytes(this, CanonicalJson.Default.EncoderSpecification);

    private static void Check(string name, int value, int minimum, int maximum)
    {
        if (value < minimum || value > maximum)
            throw new ModelException(
                $"{name} of an encoder must be {minimum} to {maximum}, got {value}; correct it in the model card");
    }
}
