namespace Speaker.Model.Evaluation;

/// <summary>
/// Turns a distance into a log-likelihood ratio, same speaker against another: offset - slope x distance. Fitted by
/// logistic regression with both kinds of trial weighing the same, which minimises Cllr on the trials it is fitted to
/// (Brümmer and du Preez, 2006).
/// </summary>
/// <param name="Slope">Nats per unit of distance; positive where smaller distances mean the same speaker.</param>
/// <param name="Offset">Nats at distance 0.</param>
public sealed record ScoreCalibration(double Slope, double Offset)
{
    public double LogLikelihoodRatio(double distance) => Offset - (Slope * distance);

    /// <summary>Fits slope and offset by Newton's method with step halving.</summary>
    /// <exception cref="ModelException">No target or no impostor trial.</exception>
    public static ScoreCalibration Fit(ReadOnlySpan<float> targets, ReadOnlySpan<float> impostors)
    {
        if (targets.Length == 0 || impostors.Length == 0)
        {
            throw new ModelException(
                $"There are {targets.Length} target and {impostors.Length} impostor trials; a calibration needs both.");
        }

        var fitted = new ScoreCalibration(0, 0);
        var loss = Loss(targets, impostors, fitted);
        for (var iteration = 0; iteration < 100; iteration++)
        {
            var step = NewtonStep(targets, impostors, fitted);
            var (better, length) = (fitted, 1.0);
            var betterLoss = loss;
            for (; length > 1e-6; length /= 2)
            {
                better = new ScoreCalibration(
                    fitted.Slope - (length * step.Slope), fitted.Offset - (length * step.Offset));
                betterLoss = Loss(targets, impostors, better);
                if (betterLoss < loss)
                {
                    break;
                }
            }

            if (betterLoss >= loss)
            {
                break;
            }

            var gain = loss - betterLoss;
            (fitted, loss) = (better, betterLoss);
            if (gain < 1e-12)
            {
                break;
            }
        }

        return fitted;
    }

    // A whisper of a ridge on the slope: without it trials that a threshold separates ask for an infinite one.
    private const double Ridge = 1e-6;

    private static double Loss(
        ReadOnlySpan<float> targets, ReadOnlySpan<float> impostors, ScoreCalibration calibration) =>
        (2 * Math.Log(2) * ErrorRates.Cllr(targets, impostors, calibration))
        + (Ridge / 2 * calibration.Slope * calibration.Slope);

    private static (double Slope, double Offset) NewtonStep(
        ReadOnlySpan<float> targets, ReadOnlySpan<float> impostors, ScoreCalibration at)
    {
        var (gSlope, gOffset) = (Ridge * at.Slope, 0.0);
        var (hSlope, hCross, hOffset) = (Ridge, 0.0, 1e-12);

        void Add(ReadOnlySpan<float> distances, bool target)
        {
            var weight = 1.0 / distances.Length;
            foreach (var distance in distances)
            {
                var posterior = 1 / (1 + Math.Exp(-at.LogLikelihoodRatio(distance)));
                var slope = target ? posterior - 1 : posterior;
                var curve = weight * posterior * (1 - posterior);
                gSlope -= weight * slope * distance;
                gOffset += weight * slope;
                hSlope += curve * distance * distance;
                hCross -= curve * distance;
                hOffset += curve;
            }
        }

        Add(targets, true);
        Add(impostors, false);
        var determinant = (hSlope * hOffset) - (hCross * hCross);
        return (
            ((hOffset * gSlope) - (hCross * gOffset)) / determinant,
            ((hSlope * gOffset) - (hCross * gSlope)) / determinant);
    }
}
