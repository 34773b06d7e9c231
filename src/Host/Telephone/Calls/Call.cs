namespace Speaker.Host.Telephone.Calls;

/// <summary>Where a call stands.</summary>
internal enum CallState
{
    /// <summary>Somebody said that it will come.</summary>
    Announced,

    /// <summary>It is listened to.</summary>
    Listening,

    /// <summary>It has ended.</summary>
    Decided,
}

/// <summary>A telephone call that claims a speaker.</summary>
/// <param name="Id">A UUID, by which it can be asked for.</param>
/// <param name="Tenant">Whose speaker it is; empty: of the store that the settings name.</param>
/// <param name="Actor">Who brought it, for the audit log.</param>
/// <param name="Speaker">The normalised name that is claimed.</param>
/// <param name="Correlation">The caller's own name of it; null: none.</param>
/// <param name="Webhook">Who is told of the decision; null: nobody.</param>
/// <param name="CreatedAt">When it was announced, or began.</param>
internal sealed record Call(
    string Id, string Tenant, string Actor, string Speaker, string? Correlation, string? Webhook, DateTimeOffset CreatedAt)
{
    public CallState State { get; init; }

    /// <summary>Who brings the sound: "twilio", "audioSocket"; null before it begins.</summary>
    public string? Source { get; init; }

    /// <summary>The provider's name of the call; null: it has none.</summary>
    public string? ProviderCall { get; init; }

    /// <summary>What came of it; null before its end.</summary>
    public CallResult? Result { get; init; }
}
