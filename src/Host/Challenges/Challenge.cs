namespace Speaker.Host.Challenges;

/// <summary>Digits that a caller was given to have them said.</summary>
/// <param name="Id">128 random bits, lower-case hex.</param>
/// <param name="Digits">"492705": no digit follows itself, because "two two" and "double two" are said alike.</param>
/// <param name="Owner">The key that asked for it; empty where keys are not needed.</param>
/// <param name="Speaker">The normalised name of the only speaker that it is for; null: for any.</param>
/// <param name="ExpiresAt">It is valid until then, UTC.</param>
internal sealed record Challenge(string Id, string Digits, string Owner, string? Speaker, DateTimeOffset ExpiresAt);
