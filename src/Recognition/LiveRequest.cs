namespace Speaker;

/// <summary>What a <see cref="LiveSession"/> is to listen to, and how it decides.</summary>
public sealed record LiveRequest
{
    /// <summary>Of the blocks, mono, 4,000 to 768,000 samples a second.</summary>
    public int SampleRate { get; init; } = 16_000;

    /// <summary>Whether <see cref="LiveState.Verdict"/> may come before the sound ends.</summary>
    public bool Early { get; init; } = true;
}
