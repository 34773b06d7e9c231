namespace Speaker;

/// <summary>What an enrolment did, and where it leaves the speaker.</summary>
public sealed record EnrolmentResult
{
    /// <summary>The speaker's name.</summary>
    public required string Speaker { get; init; }

    /// <summary>The verdict on each recording, in the order given.</summary>
    public required IReadOnlyList<EnrolledRecording> Recordings { get; init; }

    /// <summary>How many utterances the speaker has now.</summary>
    public required int Utterances { get; init; }

    /// <summary>Seconds of speech in them.</summary>
    public required double SpeechSeconds { get; init; }

    /// <summary>Share of a good enrolment, 0 to 1: the smaller of the shares of <see
    /// cref="EnrolmentOptions.GoodRecordings"/> and <see cref="EnrolmentOptions.GoodSpeechSeconds"/>.</summary>
    public required double Progress { get; init; }

    /// <summary>How many more recordings make a good enrolment; 0 where there are enough.</summary>
    public int MissingRecordings { get; init; }

    /// <summary>How many more seconds of speech make a good enrolment; 0 where there is enough.</summary>
    public double MissingSpeechSeconds { get; init; }

    /// <summary>What there is and what is missing, in one sentence.</summary>
    public string Summary { get; init; } = "";

    /// <summary>The nearest other speaker with the same voice, as far as the model can tell; null where there is
    /// none.</summary>
    public KnownVoice? KnownAs { get; init; }

    /// <summary>SHA-256 of the model, lower-case hex.</summary>
    public required string ModelHash { get; init; }

    /// <summary>How many recordings were added.</summary>
    public int Accepted => Recordings.Count(recording => recording.Accepted);

    /// <summary>How many were refused.</summary>
    public int Refused => Recordings.Count(recording => recording.Refused);
}
