using Speaker.Enrolment;

namespace Speaker.Host.Live;

/// <summary>What became of a part of an enrolment that listens.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Reason"><see cref="Reason.Enrolled"/>, or why it was refused.</param>
/// <param name="Message">Why it was refused, and what to do; empty where it was not.</param>
/// <param name="Sample">What was heard.</param>
/// <param name="Distance">To the voice of the others; null where there are none.</param>
/// <param name="Progress">Of the enrolment, with it.</param>
internal sealed record JudgedPart(
    int Number, Reason Reason, string Message, EmbeddingResult Sample, double? Distance, EnrolmentProgress Progress)
{
    public bool IsAccepted => Reason == Reason.Enrolled;
}
