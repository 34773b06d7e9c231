namespace Speaker.Host.Challenges;

/// <summary>What became of a challenge.</summary>
internal enum ChallengeState
{
    /// <summary>It may be used, once.</summary>
    Open,

    /// <summary>It was used.</summary>
    Used,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>It was never given, is another key's or for another speaker, or ended long ago.</summary>
    Unknown,
}
