namespace Speaker;

/// <summary>An enrolled speaker at a distance.</summary>
/// <param name="Speaker">The name.</param>
/// <param name="Distance">To the voiceprint; see <see cref="Decision.Distance"/>.</param>
public sealed record Candidate(string Speaker, double Distance);
