namespace Speaker.Enrolment.Protection;

/// <summary>Utterances of a store by the key that they are sealed with.</summary>
/// <param name="KeyId">The key; null: they are not sealed.</param>
/// <param name="Utterances">How many.</param>
internal sealed record SealedCount(string? KeyId, long Utterances);
