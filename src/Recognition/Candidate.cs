namespace Speaker;

/// <summary>An enrolled speaker at a distance.</summary>
/// <param name="Speaker">The name.</param>
/// <param name="Distance">Cosine distance to the voiceprint, 0 to 2.</param>
public sealed record Candidate(string Speaker, double Distance);
