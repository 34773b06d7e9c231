namespace Speaker.Enrolment;

/// <summary>An utterance as it lies in the store.</summary>
/// <param name="Id">Names it in this store; 0 where it has not been in one.</param>
/// <param name="Utterance">What decisions are made of.</param>
/// <param name="AddedAt">When it was enrolled.</param>
internal sealed record KeptUtterance(long Id, StoredUtterance Utterance, DateTimeOffset AddedAt);

/// <summary>All that a store keeps of a speaker.</summary>
/// <param name="Name">In form C of Unicode.</param>
/// <param name="EnrolledAt">When the first utterance was added.</param>
/// <param name="Consent">What the speaker consented to; null where nothing was noted.</param>
/// <param name="ConsentAt">When that was noted.</param>
/// <param name="Utterances">In the order of their enrolment.</param>
internal sealed record KeptSpeaker(
    string Name,
    DateTimeOffset EnrolledAt,
    string? Consent,
    DateTimeOffset? ConsentAt,
    IReadOnlyList<KeptUtterance> Utterances);
