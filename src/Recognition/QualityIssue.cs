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

    /// <summary>A file that ends before its own header or last page says so.</summary>
    Cut,

    /// <summary>A file whose header does not say how long it is: all of it was read.</summary>
    UnfinishedHeader,

    /// <summary>Channels in opposite phase, of which one was heard.</summary>
    OppositeChannels,

    /// <summary>Float samples in the units of an integer format, which were scaled.</summary>
    IntegerUnits,
}
