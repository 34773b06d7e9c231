using Speaker.Audio;
using Speaker.Audio.Utterances;
using Speaker.Inference;

namespace Speaker.Recognition;

/// <summary>What a recording is worth as a whole: its embedding with seconds, quality and warnings, or why there is
/// none.</summary>
internal sealed class EmbeddingConclusion(VoiceEncoder encoder, QualityReview review)
{
    /// <param name="summary">What was heard.</param>
    /// <param name="utterance">What the options ask of a recording.</param>
    /// <param name="embed">Asked only where the recording is used: the embedding, and how far its beginning and its end
    /// are apart, null where that is not known.</param>
    public EmbeddingResult Of(
        RecordingSummary summary,
        UtteranceOptions utterance,
        Func<(float[] Embedding, double? VoiceDistance)> embed)
    {
        if (summary.Judge(utterance) is { } refusal)
        {
            return new EmbeddingResult
            {
                Reason = ReasonOf(refusal.Reason),
                Message = refusal.Message,
                TotalSeconds = refusal.TotalSeconds,
                SpeechSeconds = refusal.SpeechSeconds,
                ModelHash = encoder.Hash,
            };
        }

        var quality = summary.Quality;
        var (embedding, voiceDistance) = embed();
        return new EmbeddingResult
        {
            Embedding = embedding,
            Reason = Reason.None,
            TotalSeconds = summary.TotalSeconds,
            SpeechSeconds = summary.SpeechSeconds,
            Quality = quality,
            Warnings = review.Warnings(quality, summary.SpeechSeconds, voiceDistance),
            ModelHash = encoder.Hash,
        };
    }

    private static Reason ReasonOf(RefusalReason reason) => reason switch
    {
        RefusalReason.NoSpeech => Reason.NoSpeech,
        RefusalReason.TooShort => Reason.TooShort,
        RefusalReason.Clipped => Reason.Clipped,
        RefusalReason.Noisy => Reason.Noisy,
        RefusalReason.Silent => Reason.Silent,
        RefusalReason.TooLong => Reason.TooLong,
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };
}
