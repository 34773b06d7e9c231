namespace Speaker;

/// <summary>What a store says of a speaker.</summary>
/// <param name="Name">The name.</param>
/// <param name="Utterances">How many utterances are enrolled.</param>
/// <param name="SpeechSeconds">Seconds of speech in them.</param>
/// <param name="ModelHash">SHA-256 of the model that made the voiceprint, lower-case hex.</param>
/// <param name="EnrolledAt">When the first utterance was added.</param>
/// <param name="UpdatedAt">When the last one was.</param>
/// <param name="Consent">What the speaker consented to; null where nothing was noted.</param>
/// <param name="ConsentAt">When that was noted.</param>
public sealed record EnrolledSpeaker(
    string Name,
    int Utterances,
    double SpeechSeconds,
    string ModelHash,
    DateTimeOffset EnrolledAt,
    DateTimeOffset UpdatedAt,
    string? Consent,
    DateTimeOffset? ConsentAt);
