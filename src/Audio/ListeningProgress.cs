namespace Speaker.Audio;

/// <summary>How far into a long recording one has listened; a short one is done before there is anything to
/// report.</summary>
/// <param name="Seconds">What was listened to.</param>
/// <param name="TotalSeconds">Length of the recording by its header; null where that does not say.</param>
public sealed record ListeningProgress(double Seconds, double? TotalSeconds);
