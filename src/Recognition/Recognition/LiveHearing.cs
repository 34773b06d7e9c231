namespace Speaker.Recognition;

/// <summary>What was heard of sound that goes on.</summary>
/// <param name="Whole">All of it, as it stood at the last step; the same object until there is enough more speech for
/// another.</param>
/// <param name="Window">[D], unit length: the last seconds of speech alone; null while there are too few.</param>
internal sealed record LiveHearing(EmbeddingResult Whole, float[]? Window)
{
    /// <summary>Length of the sound, in seconds.</summary>
    public double TotalSeconds { get; init; }

    /// <summary>Seconds of it that are speech.</summary>
    public double SpeechSeconds { get; init; }

    /// <summary>Whether somebody speaks, at the newest frame that is decided.</summary>
    public bool IsSpeech { get; init; }

    /// <summary>Of the last tenth of a second, dB of full scale; null where it is digital silence.</summary>
    public double? Level { get; init; }
}
