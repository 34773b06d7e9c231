namespace Speaker.Enrolment;

/// <summary>One enrolled utterance.</summary>
/// <param name="Embedding">Unit-length embedding, as the encoder gave it.</param>
/// <param name="SpeechSeconds">Seconds of speech behind it, after speech detection.</param>
/// <param name="Source">The file's name without its folder, or "microphone".</param>
internal sealed record StoredUtterance(float[] Embedding, double SpeechSeconds, string Source);

/// <summary>A speaker with every enrolled utterance, ready to be scored.</summary>
internal sealed record EnrolledSpeaker(string Name, IReadOnlyList<float[]> Embeddings);

/// <summary>What <c>list</c> shows of a speaker.</summary>
internal sealed record SpeakerSummary(
    string Name,
    int Utterances,
    double SpeechSeconds,
    string ModelHash,
    DateTimeOffset EnrolledAt,
    DateTimeOffset UpdatedAt,
    string? Consent,
    DateTimeOffset? ConsentAt);
