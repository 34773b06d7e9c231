using Speaker.Metrics;

namespace Speaker.Calibration;

/// <summary>
/// The threshold for a rate so small that no calibration has the trials to measure it: the line through the two strictest
/// measured ones over the normal quantile of the rate, as if the distances of strangers had a normal tail there. Distances
/// that a cohort has normalised are made to. An assumption and no measurement.
/// </summary>
internal static class ThresholdTail
{
    /// <param name="rate">Above 0, below <paramref name="strictest"/>.</param>
    /// <param name="strictest">The strictest measured rate.</param>
    /// <param name="threshold">Its threshold.</param>
    /// <param name="next">The next laxer rate.</param>
    /// <param name="nextThreshold">Its threshold, not below the other.</param>
    public static double At(double rate, double strictest, double threshold, double next, double nextThreshold)
    {
        var place = Probit.Of(strictest);
        return threshold - ((nextThreshold - threshold) * (place - Probit.Of(rate)) / (Probit.Of(next) - place));
    }
}
