namespace Speaker.Metrics;

/// <summary>How the distances of target and of impostor trials are spread.</summary>
/// <param name="Start">Lower edge of the first bin.</param>
/// <param name="Width">Of every bin; bin k holds distances from Start + k Width on, up to but without the next
/// edge.</param>
/// <param name="Targets">Share of the target trials in each bin; they add up to 1.</param>
/// <param name="Impostors">The same of the impostor trials.</param>
internal sealed record ScoreHistogram(
    double Start, double Width, IReadOnlyList<double> Targets, IReadOnlyList<double> Impostors)
{
    /// <summary>Bins of a round width, about as many as wanted, over the range of all distances.</summary>
    /// <param name="targets">Distances.</param>
    /// <param name="impostors">Distances.</param>
    /// <param name="wanted">Bins; there are between half and twice as many, and one more.</param>
    /// <exception cref="ModelException">No target or no impostor trial, or a distance that is no number.</exception>
    public static ScoreHistogram Of(ReadOnlySpan<float> targets, ReadOnlySpan<float> impostors, int wanted = 60)
    {
        var points = ErrorRates.Sweep(targets, impostors);
        var (low, high) = ((double)points[0].Threshold, (double)points[^1].Threshold);
        var width = RoundWidth((high - low) / wanted);
        var first = Math.Floor(low / width);
        var bins = (int)(Math.Floor(high / width) - first) + 1;
        return new ScoreHistogram(
            first * width, width, Shares(targets, first, width, bins), Shares(impostors, first, width, bins));
    }

    /// <summary>The nearest of 1, 2 and 5 times a power of ten.</summary>
    private static double RoundWidth(double width)
    {
        if (!(width > 0))
        {
            return 0.01;
        }

        var power = Math.Pow(10, Math.Floor(Math.Log10(width)));
        return new[] { 1.0, 2, 5, 10 }.MinBy(factor => Math.Abs(Math.Log(factor * power / width))) * power;
    }

    private static double[] Shares(ReadOnlySpan<float> distances, double first, double width, int bins)
    {
        var counts = new double[bins];
        foreach (var distance in distances)
        {
            counts[(int)(Math.Floor(distance / width) - first)]++;
        }

        for (var i = 0; i < bins; i++)
        {
            counts[i] /= distances.Length;
        }

        return counts;
    }
}
