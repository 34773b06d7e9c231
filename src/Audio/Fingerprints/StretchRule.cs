namespace Speaker.Audio.Fingerprints;

/// <summary>How alike two outlines have to be where they overlap to be of one recording.</summary>
/// <remarks>
/// The likeness of outlines that have nothing to do with each other scatters around 0 as a mean of chances does, by one
/// over the square root of how many there are; the largest of N such is larger by the square root of ln N. Words that are
/// said twice are alike by more than that, however much there is to compare: this is what the least likeness is for.
/// </remarks>
/// <param name="LeastLikeness">Of outlines that are long, at one shift.</param>
/// <param name="Allowance">What is asked for more, times the square root of ln N over the changes compared.</param>
/// <param name="LeastSeconds">Of overlap.</param>
internal sealed record StretchRule(double LeastLikeness, double Allowance, double LeastSeconds)
{
    /// <summary>Chosen on one half of the speakers and measured on the other: docs/replay.md.</summary>
    public static StretchRule Default { get; } = new(0.35, 2.5, 0.5);

    /// <summary>The likeness that is asked for.</summary>
    /// <param name="shifts">How many were tried.</param>
    /// <param name="changes">Geometric mean of the rises and falls of both sides in the overlap.</param>
    public double Needed(int shifts, double changes) =>
        LeastLikeness + (Allowance * Math.Sqrt(Math.Log(shifts + 1) / Math.Max(1, changes)));
}
