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

    /// <summary>Share of a good enrolment, 0 to 1, by <see cref="EnrolmentOptions.GoodSpeechSeconds"/>.</summary>
    public required double Progress { get; init; }

    /// <summary>SHA-256 of the model, lower-case hex.</summary>
    public required string ModelHash { get; init; }

    /// <summary>How many recordings were added.</summary>
    public int Accepted => Recordings.Count(recording => recording.Accepted);

    /// <summary>How many were refused.</summary>
    public int Refused => Recordings.Count(recording => recording.Refused);
}
