namespace Speaker.Host.Http.Facades.Azure;

/// <summary>A decision as a number from 0 to 1.</summary>
internal static class AzureScore
{
    /// <summary>Nats per unit of distance, near what the shipped models are calibrated to.</summary>
    private const double UncalibratedSlope = 12;

    /// <summary>
    /// The probability of the claimed speaker by the calibrated likelihood ratio, where before the trial both answers are as
    /// likely. Of a model without a score calibration a curve through 0.5 at the threshold, which is no probability.
    /// </summary>
    public static double Of(Decision trial) => Logistic(
        trial.LogLikelihoodRatio ?? (UncalibratedSlope * (trial.Threshold - (trial.Distance ?? double.PositiveInfinity))));

    private static double Logistic(double odds) => 1 / (1 + Math.Exp(-odds));
}
