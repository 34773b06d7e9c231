using Speaker.Recognition;

namespace Speaker.Enrolment;

/// <summary>A recording offered for enrolment.</summary>
/// <param name="Source">How it is called in messages and in the store: a file's name without its folder.</param>
internal sealed record EnrolmentCandidate(string Source, EmbeddingResult Result);

/// <summary>What became of an offered utterance.</summary>
internal enum UtteranceStatus
{
    Accepted,
    Refused,

    /// <summary>The speaker has this very recording already; it is not stored twice.</summary>
    AlreadyEnrolled,
}

/// <summary>The verdict on one utterance.</summary>
/// <param name="Distance">Cosine distance to the speaker's other utterances; null where there are none to compare
/// with.</param>
internal sealed record UtteranceVerdict(
    string Source, UtteranceStatus Status, string Reason, double SpeechSeconds, double? Distance);

/// <summary>What an enrolment did and where it leaves the speaker.</summary>
/// <param name="Utterances">How many utterances the speaker has now.</param>
/// <param name="SpeechSeconds">Seconds of speech in them.</param>
/// <param name="Progress">Share of a good enrolment, 0 to 1.</param>
internal sealed record EnrolmentReport(
    string Speaker,
    IReadOnlyList<UtteranceVerdict> Verdicts,
    int Utterances,
    double SpeechSeconds,
    double Progress,
    string ModelHash)
{
    public int Count(UtteranceStatus status) => Verdicts.Count(verdict => verdict.Status == status);
}
