using Speaker.Audio;

namespace Speaker;

/// <summary>What became of one recording that was offered for enrolment.</summary>
public sealed record EnrolledRecording
{
    /// <summary><see cref="AudioInput.Name"/> of the recording.</summary>
    public required string Name { get; init; }

    /// <summary><see cref="Reason.Enrolled"/>, <see cref="Reason.AlreadyEnrolled"/>, or why it was refused.</summary>
    public required Reason Reason { get; init; }

    /// <summary>Why it was not added, in one sentence; empty where it was.</summary>
    public string Message { get; init; } = "";

    /// <summary>Whether it was added to the speaker.</summary>
    public bool Accepted => Reason == Reason.Enrolled;

    /// <summary>Whether it cannot be used: a recording that is there already is neither added nor refused.</summary>
    public bool Refused => Reason is not (Reason.Enrolled or Reason.AlreadyEnrolled);

    /// <summary>Seconds of speech in it.</summary>
    public double SpeechSeconds { get; init; }

    /// <summary>Mean distance (see <see cref="Decision.Distance"/>) to the speaker's other recordings, those that were
    /// added with it included; null where there are none to compare with.</summary>
    public double? Distance { get; init; }

    /// <summary>Which voice it is of, from 1 in the order of their first recordings, where the recordings are of
    /// several; null where they are of one or nobody compared them.</summary>
    public int? Voice { get; init; }

    /// <summary>Level, noise, clipping and bandwidth; null where there was no speech to judge.</summary>
    public AudioQuality? Quality { get; init; }

    /// <summary>What in it makes later answers less sure.</summary>
    public IReadOnlyList<QualityWarning> Warnings { get; init; } = [];
}
