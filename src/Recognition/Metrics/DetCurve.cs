namespace Speaker.Metrics;

/// <summary>The two error rates at a threshold: what is accepted there lies at or below it.</summary>
internal readonly record struct OperatingPoint(double Far, double Frr, float Threshold);

/// <summary>
/// The detection error trade-off: miss rate against false-accept rate over all thresholds (Martin et al., "The DET
/// curve in assessment of detection task performance", 1997). Its axes are those of <see cref="Probit"/>.
/// </summary>
internal static class DetCurve
{
    /// <summary>
    /// Every operating point, from the strictest threshold on: one for each distinct score, since tied trials move
    /// together, after one at which nobody is accepted (FAR 0, FRR 1, threshold below all scores).
    /// </summary>
    /// <exception cref="ModelException">No target or no impostor trial.</exception>
    public static IReadOnlyList<OperatingPoint> Points(ReadOnlySpan<float> targets, ReadOnlySpan<float> impostors)
    {
        var points = new List<OperatingPoint> { new(0, 1, float.NegativeInfinity) };
        points.AddRange(ErrorRates.Sweep(targets, impostors));
        return points;
    }

    /// <summary>
    /// The points that a drawing needs: of neighbours closer to the last one kept than the step on both axes only the
    /// first; points with a rate of 0 or 1, which have no place on the axes, are left out but for the inmost ones.
    /// </summary>
    /// <param name="points">From <see cref="Points"/>.</param>
    /// <param name="step">In units of the axes; 0.02 is less than a pixel.</param>
    public static IReadOnlyList<OperatingPoint> Thin(IReadOnlyList<OperatingPoint> points, double step = 0.02)
    {
        var first = 0;
        while (first + 1 < points.Count && points[first + 1].Far <= 0)
        {
            first++;
        }

        var last = points.Count - 1;
        while (last > first && points[last - 1].Frr <= 0)
        {
            last--;
        }

        var kept = new List<OperatingPoint>();
        for (var i = first; i <= last; i++)
        {
            if (i == first || i == last || IsApart(kept[^1], points[i], step))
            {
                kept.Add(points[i]);
            }
        }

        return kept;
    }

    private static bool IsApart(OperatingPoint a, OperatingPoint b, double step) =>
        Math.Abs(Probit.Of(a.Far) - Probit.Of(b.Far)) >= step || Math.Abs(Probit.Of(a.Frr) - Probit.Of(b.Frr)) >= step;
}
