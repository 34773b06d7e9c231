namespace Speaker;

/// <summary>What is to be noted with an enrolment, and what it may do that is refused otherwise.</summary>
public sealed record EnrolmentRequest
{
    /// <summary>What the speaker consented to, kept with the time beside the name; null notes nothing.</summary>
    public string? Consent { get; init; }

    /// <summary>
    /// Why recordings are to be added that are unlike each other or unlike the speaker's others: kept with every
    /// utterance that is added. Null: they are refused. What has no speech or cannot be used is refused either way. Not
    /// blank.
    /// </summary>
    public string? ForceNote { get; init; }

    /// <summary>Whether a voice that is known under another name may be enrolled under this one too.</summary>
    public bool AllowDuplicate { get; init; }
}
