namespace Speaker.Host.Live;

/// <summary>What a look at a live verification found.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="BehindSeconds">Sound that came while the look was at work, and is not in it.</param>
/// <param name="LatencySeconds">Of the source, before that; null where nobody knows.</param>
internal sealed record LiveLook(LiveState State, double BehindSeconds, double? LatencySeconds);
