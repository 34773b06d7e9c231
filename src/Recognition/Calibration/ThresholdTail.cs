using Speaker.Metrics;

namespace Speaker.Calibration;

/// <summary>
/// The threshold for a rate so small that no calibration has the trials to measure it: the line through the two strictest
/// measured ones over the normal quantile of the rate, at a somewhat smaller rate than the one that is asked for, because
/// the tail of strangers' distances is heavier than a normal one. An estimate and no measurement.
/// </summary>
/// <remarks>
/// Among the 352,380 pairs of the cohorts of `fast` and `accurate`, whose distances the others normalise, a normal tail
/// from 0.001 and 0.01 lets pass 1.2 and 1.5 times what it promises at 1e-4, and 2.0 and 3.1 times at 1e-5. With
/// <see cref="Heaviness"/> it is 0.7 and 0.9 times, and 0.9 and 0.6 times.
/// </remarks>
internal static class ThresholdTail
{
    /// <summary>For a rate r below the strictest measured one s the line is read at r (r/s)^Heaviness.</summary>
    private const double Heaviness = 0.25;

    /// <param name="rate">Above 0, below <paramref name="strictest"/>.</param>
    /// <param name="strictest">The strictest measured rate.</param>
    /// <param name="threshold">Its threshold.</param>
    /// <param name="next">The next laxer rate.</param>
    /// <param name="nextThreshold">Its threshold, not below the other.</param>
    public static double At(double rate, double strictest, double threshold, double next, double nextThreshold)
    {
        var place = Probit.Of(strictest);
        var read = Probit.Of(rate * Math.Pow(rate / strictest, Heaviness));
        return threshold - ((nextThreshold - threshold) * (place - read) / (Probit.Of(next) - place));
    }
}
