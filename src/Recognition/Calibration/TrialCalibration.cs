using Speaker.Metrics;

namespace Speaker.Calibration;

/// <summary>What trials say of one asked false-accept rate.</summary>
/// <param name="TargetFar">As asked.</param>
/// <param name="Point">The threshold and what it costs; null where there are too few impostor trials.</param>
/// <param name="Far">Share of the impostor trials accepted at the threshold; null without one.</param>
/// <param name="MissingImpostorTrials">How many more impostor trials it takes; 0 where there are enough.</param>
internal sealed record RateSupport(double TargetFar, CalibrationPoint? Point, double? Far, long MissingImpostorTrials);

/// <summary>Thresholds and score calibration from labelled trials, and how far they can be trusted.</summary>
/// <param name="Targets">Trials of the same speaker.</param>
/// <param name="Impostors">Trials of two speakers.</param>
/// <param name="Speakers">People in them.</param>
/// <param name="ImpostorPairs">
/// Pairs of speakers in the impostor trials. Trials of one pair are the same two voices met again, so that a rate below
/// 3 / pairs rests on few people however many trials there are.
/// </param>
/// <param name="Rates">One for each asked rate, strictest first.</param>
/// <param name="Scores">Fitted to all trials.</param>
/// <param name="Cllr">Of <paramref name="Scores"/> on the same trials, in bits.</param>
internal sealed record TrialCalibration(
    long Targets,
    long Impostors,
    int Speakers,
    long ImpostorPairs,
    IReadOnlyList<RateSupport> Rates,
    ScoreCalibration Scores,
    double Cllr)
{
    /// <summary>See <see cref="WithinSpeakerSpread.Of"/>.</summary>
    public IReadOnlyList<SpreadRow> WithinSpeaker { get; init; } = [];

    /// <summary>The strictest rate that the number of impostor trials says anything about, by the rule of
    /// three.</summary>
    public double StrictestFar => ImpostorThresholds.StrictestRate(Impostors);

    /// <summary>The rows that there are trials for.</summary>
    public IReadOnlyList<CalibrationPoint> Points => [.. Rates.Select(rate => rate.Point).OfType<CalibrationPoint>()];

    /// <param name="trials">With the distances of the model's scorer.</param>
    /// <param name="targetFars">Rates asked for, each above 0 and below 1.</param>
    /// <param name="cancellationToken">Stops the bootstrap.</param>
    /// <exception cref="ModelException">
    /// No target or no impostor trial, a rate that is none, or impostor distances so equal that no threshold parts them.
    /// </exception>
    public static TrialCalibration Of(
        IReadOnlyList<ScoredTrial> trials, IEnumerable<double> targetFars, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(trials);
        ArgumentNullException.ThrowIfNull(targetFars);
        var (targets, impostors) = ScoredTrial.Split(trials);
        var scores = ScoreCalibration.Fit(trials);
        var (targetRatios, impostorRatios) = scores.Ratios(trials);
        var rates = new List<RateSupport>();
        foreach (var targetFar in targetFars.Distinct().Order())
        {
            var needed = ImpostorThresholds.TrialsFor(targetFar);
            if (impostors.Length < needed)
            {
                rates.Add(new RateSupport(targetFar, null, null, needed - impostors.Length));
                continue;
            }

            var point = ImpostorThresholds.ThresholdFor(impostors, targetFar);
            var (frr, far) = ErrorRates.At(point.Threshold, targets, impostors);
            var (frrInterval, farInterval) = SpeakerBootstrap.At(
                point.Threshold, trials, cancellationToken: cancellationToken);
            rates.Add(new RateSupport(
                targetFar,
                point with
                {
                    Frr = frr,
                    FrrInterval = [frrInterval.Low, frrInterval.High],
                    FarInterval = [farInterval.Low, farInterval.High],
                },
                far,
                0));
        }

        return new TrialCalibration(
            targets.Length,
            impostors.Length,
            trials.SelectMany(t => (int[])[t.EnrolSpeaker, t.TestSpeaker]).Distinct().Count(),
            trials.Where(t => !t.IsTarget)
                .Select(t => (Math.Min(t.EnrolSpeaker, t.TestSpeaker), Math.Max(t.EnrolSpeaker, t.TestSpeaker)))
                .Distinct().LongCount(),
            rates,
            scores,
            ErrorRates.Cllr(targetRatios, impostorRatios))
        {
            WithinSpeaker = WithinSpeakerSpread.Of(trials),
        };
    }
}
