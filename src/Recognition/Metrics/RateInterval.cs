namespace Speaker.Metrics;

/// <summary>An interval of a rate.</summary>
internal readonly record struct RateInterval(double Low, double High)
{
    private const double Tail = 0.025;

    /// <summary>
    /// The middle 95 % of bootstrap draws: their 2.5 % and 97.5 % quantiles, between two draws on the line between
    /// them (type 7 of Hyndman and Fan, 1996).
    /// </summary>
    /// <param name="draws">In any order; what is not a number is passed over.</param>
    /// <returns>NaN at both ends where no draw is a number.</returns>
    public static RateInterval Of(IEnumerable<double> draws)
    {
        var sorted = draws.Where(double.IsFinite).Order().ToArray();
        return new RateInterval(Quantile(sorted, Tail), Quantile(sorted, 1 - Tail));
    }

    private static double Quantile(double[] sorted, double share)
    {
        if (sorted.Length == 0)
        {
            return double.NaN;
        }

        var place = share * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
