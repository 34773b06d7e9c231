namespace Speaker;

/// <summary>Where a <see cref="LiveSession"/> stands after a look.</summary>
public sealed record LiveState
{
    /// <summary>Length of what was pushed, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Seconds of it that are speech.</summary>
    public required double SpeechSeconds { get; init; }

    /// <summary>Loudness of the last tenth of a second, dB of full scale; null before there is sound, or in digital
    /// silence.</summary>
    public double? Level { get; init; }

    /// <summary>Whether somebody spoke at the end of it.</summary>
    public bool IsSpeech { get; init; }

    /// <summary>What a decision over everything so far would be.</summary>
    public required Decision SoFar { get; init; }

    /// <summary>The distance of the last seconds of speech alone; null while there are too few.</summary>
    public double? WindowDistance { get; init; }

    /// <summary>Accepted or rejected where the evidence is enough, and stays so; null: go on.</summary>
    public Outcome? Verdict { get; init; }
}
