using Speaker.CommandLine;
using Speaker.Enrolment;
using Speaker.Recognition;
using Speaker.Scoring;

namespace Speaker.Host.Presentation;

/// <summary>How enrolled speakers look in JSON. The verbs and the HTTP service share it. There is no embedding in
/// it.</summary>
internal static class SpeakerPresenter
{
    /// <summary>A line of the list.</summary>
    public static SpeakerJson Json(EnrolledSpeaker speaker, EnrolmentOptions good) => new(
        speaker.Name, speaker.Utterances, Math.Round(speaker.SpeechSeconds, 3), Progress(speaker, good),
        speaker.ModelHash, speaker.EnrolledAt, speaker.UpdatedAt, speaker.Consent, speaker.ConsentAt);

    /// <summary>One speaker with every utterance.</summary>
    /// <param name="speaker">As the store keeps them.</param>
    /// <param name="distances">Of <see cref="Distances"/>.</param>
    /// <param name="review">Says what of an utterance's quality is worth a warning.</param>
    /// <param name="model">Hash of the model in use.</param>
    public static ShowJson Json(
        KeptSpeaker speaker, IReadOnlyList<double?> distances, QualityReview review, string model) => new(
        speaker.Name, speaker.EnrolledAt, speaker.Consent, speaker.ConsentAt,
        Math.Round(speaker.Utterances.Sum(utterance => utterance.Utterance.SpeechSeconds), 3),
        [.. speaker.Utterances.Select((utterance, i) => new ShownUtteranceJson(
            utterance.Id, utterance.Utterance.Source, utterance.AddedAt,
            Math.Round(utterance.Utterance.SpeechSeconds, 3), distances[i],
            QualityPresenter.Json(
                utterance.Utterance.Quality, utterance.Utterance.SpeechSeconds,
                Warnings(utterance.Utterance, review)),
            utterance.Utterance.Note))],
        model);

    /// <summary>Of each utterance to the others together; null for the only one.</summary>
    public static double?[] Distances(KeptSpeaker speaker, ISpeakerRecognizer recognizer) =>
    [
        .. speaker.Utterances.Select(double? (utterance) => speaker.Utterances.Count < 2
            ? null
            : recognizer.Distance(
                Voiceprint.Centroid(speaker.Utterances
                    .Where(other => other.Id != utterance.Id).Select(other => other.Utterance.Embedding)),
                utterance.Utterance.Embedding)),
    ];

    /// <summary>As they were at enrolment, but for that of several voices, which takes the sound.</summary>
    public static IReadOnlyList<QualityWarning> Warnings(StoredUtterance utterance, QualityReview review) =>
        utterance.Quality is { } quality ? review.Warnings(quality, utterance.SpeechSeconds, voiceDistance: null) : [];

    /// <summary>Share of a good enrolment, 0 to 1.</summary>
    public static double Progress(EnrolledSpeaker speaker, EnrolmentOptions good) =>
        EnrolmentProgress.Of(speaker.Utterances, speaker.SpeechSeconds, good).Share;
}
