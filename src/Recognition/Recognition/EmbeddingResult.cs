using Speaker.Audio.Quality;

namespace Speaker.Recognition;

/// <summary>What came of turning sound into an embedding: <see cref="Embedded"/> or
/// <see cref="NotEmbedded"/>.</summary>
internal abstract record EmbeddingResult(double TotalSeconds, double SpeechSeconds);

/// <param name="Embedding">Unit-length embedding of the speech in the recording.</param>
/// <param name="TotalSeconds">Length of the recording.</param>
/// <param name="SpeechSeconds">Seconds of it that are speech.</param>
/// <param name="Quality">Level, noise, clipping and bandwidth.</param>
/// <param name="VoiceDistance">How far apart parts of the recording are, by <see cref="Model.Scoring.VoiceChange"/>;
/// null where there is too little speech to tell.</param>
internal sealed record Embedded(
    float[] Embedding, double TotalSeconds, double SpeechSeconds, AudioQuality Quality, double? VoiceDistance)
    : EmbeddingResult(TotalSeconds, SpeechSeconds);

/// <param name="Reason">Why there is no embedding, in one sentence: no speech, too short, clipped.</param>
internal sealed record NotEmbedded(string Reason, double TotalSeconds, double SpeechSeconds)
    : EmbeddingResult(TotalSeconds, SpeechSeconds);
