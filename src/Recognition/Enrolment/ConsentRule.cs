namespace Speaker.Enrolment;

/// <summary><see cref="EnrolmentOptions.RequireConsent"/>: nothing of a speaker is kept before it is noted what the speaker
/// consented to.</summary>
internal static class ConsentRule
{
    /// <summary>What a recording is refused with.</summary>
    public const string Message =
        "no consent is noted for this speaker, and Speaker:Enrolment:RequireConsent is on: give what the speaker consented " +
        "to with the first recording (--consent, the form's field 'consent', Speaker:Inbox:Consent)";

    /// <summary>Whether there is a consent.</summary>
    public static bool IsGiven(string? consent) => !string.IsNullOrWhiteSpace(consent);

    /// <summary>Whether a consent of a speaker was noted before.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public static async Task<bool> IsNotedAsync(
        IVoiceprintStore store, string speaker, CancellationToken cancellationToken) =>
        (await store.ListAsync(cancellationToken).ConfigureAwait(false))
            .Any(each => each.Name == speaker && IsGiven(each.Consent));

    /// <summary>What is wrong with speakers of another store; null where nothing is.</summary>
    public static string? Problem(IEnumerable<KeptSpeaker> speakers, EnrolmentOptions options) =>
        options.RequireConsent && speakers.FirstOrDefault(speaker => !IsGiven(speaker.Consent)) is { } without
            ? $"no consent is noted for '{without.Name}', and Speaker:Enrolment:RequireConsent is on: nothing was added; add " +
                "the consent to the file"
            : null;
}
