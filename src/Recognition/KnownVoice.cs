namespace Speaker;

/// <summary>Another enrolled speaker with the same voice, as far as the model can tell.</summary>
/// <param name="Speaker">The other name.</param>
/// <param name="Distance">Of the two voiceprints; see <see cref="Decision.Distance"/>.</param>
/// <param name="Threshold">The strictest one of the model card, which the distance is within.</param>
public sealed record KnownVoice(string Speaker, double Distance, double Threshold);
