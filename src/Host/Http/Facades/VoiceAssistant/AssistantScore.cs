namespace Speaker.Host.Http.Facades.VoiceAssistant;

/// <summary>
/// A distance on the scale of the assistants, 0 to 1, larger is nearer. They take 0.4 and more for a match, so that is the
/// threshold of the trial; each <see cref="Scale"/> beyond it divides by e what is left of 0.4, each within it what is left
/// to 1.
/// </summary>
internal static class AssistantScore
{
    /// <summary>What the assistants reject below.</summary>
    public const double Bound = 0.4;

    /// <summary>Of distance: the console's own bound for "this voice is known", 0.5, is then 0.046 within the
    /// threshold.</summary>
    private const double Scale = 0.25;

    /// <summary>Strictly falling in the distance.</summary>
    /// <param name="distance">To the nearest speaker.</param>
    /// <param name="threshold">A distance at or below it is a match.</param>
    public static double Of(double distance, double threshold) => distance <= threshold
        ? 1 - ((1 - Bound) * Math.Exp((distance - threshold) / Scale))
        : Bound * Math.Exp((threshold - distance) / Scale);
}
