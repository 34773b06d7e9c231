using Speaker.CommandLine;

namespace Speaker.Host.Presentation;

/// <summary>How an enrolment looks in JSON. The verb and the HTTP service share it.</summary>
internal static class EnrolmentPresenter
{
    /// <param name="result">What was done.</param>
    /// <param name="files">What the caller calls each recording.</param>
    /// <param name="consent">As it was given.</param>
    /// <param name="note">Of a forced enrolment; null where there is none.</param>
    public static EnrollJson Json(
        EnrolmentResult result, IReadOnlyList<string> files, string? consent, string? note) => new(
        result.Speaker,
        [.. result.Recordings.Select((recording, i) => new EnrolledFileJson(
            files[i], Word(recording), recording.Message, Math.Round(recording.SpeechSeconds, 3),
            recording.Distance,
            QualityPresenter.Json(recording.Quality, recording.SpeechSeconds, recording.Warnings), recording.Voice,
            ReasonCode.Of(recording.Reason)))],
        result.Accepted, result.Refused, result.Utterances, Math.Round(result.SpeechSeconds, 3), result.Progress,
        consent, result.ModelHash,
        new MissingJson(result.MissingRecordings, Math.Round(result.MissingSpeechSeconds, 3)), result.Summary,
        result.KnownAs is { } known ? new KnownVoiceJson(known.Speaker, known.Distance, known.Threshold) : null,
        note);

    private static string Word(EnrolledRecording recording) =>
        recording.Accepted ? "accepted" : recording.Refused ? "refused" : "alreadyEnrolled";
}
