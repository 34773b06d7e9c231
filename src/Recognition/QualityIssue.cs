namespace Speaker;

/// <summary>What may have weakened an answer.</summary>
public enum QualityIssue
{
    /// <summary>Few seconds of speech.</summary>
    LittleSpeech,

    /// <summary>Speech not far above the noise.</summary>
    Noisy,

    /// <summary>Samples cut off at the top.</summary>
    Clipped,

    /// <summary>Nothing in the upper band, as of a telephone.</summary>
    NarrowBand,

    /// <summary>Speech at a low level.</summary>
    Quiet,

    /// <summary>A recording that ends with another voice than it began with.</summary>
    SeveralVoices,
}
