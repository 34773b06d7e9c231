using Speaker.Audio.Quality;
using Speaker.Metrics;
using Speaker.Numerics;
using Speaker.Scoring;

namespace Speaker.Calibration;

/// <summary>
/// What one measure of quality adds to a log-likelihood ratio: weight × (value − centre), the value cut to the range that
/// the calibration saw, as a straight line says nothing beyond it.
/// </summary>
/// <param name="Weight">Nats per unit of the measure.</param>
/// <param name="Centre">Mean over the trials it was fitted to; a trial where the measure is unknown counts as one
/// there.</param>
/// <param name="Low">Fifth percentile of the trials it was fitted to.</param>
/// <param name="High">95th percentile.</param>
internal sealed record QualityMeasure(double Weight, double Centre, double Low, double High)
{
    internal double Of(double? value) => Weight * Deviation(value);

    /// <summary>What the weight is multiplied by.</summary>
    internal double Deviation(double? value) => value is { } known ? Math.Clamp(known, Low, High) - Centre : 0;

    /// <summary>A measure of these values without a weight.</summary>
    internal static QualityMeasure Over(IEnumerable<double?> values)
    {
        var known = values.OfType<double>().Order().ToArray();
        if (known.Length == 0)
        {
            return new QualityMeasure(0, 0, 0, 0);
        }

        var (low, high) = (known[(int)(0.05 * (known.Length - 1))], known[(int)(0.95 * (known.Length - 1))]);
        return new QualityMeasure(0, known.Average(value => Math.Clamp(value, low, high)), low, high);
    }
}

/// <summary>The measures of a trial's quality that a calibration takes into account; seconds are of speech.</summary>
/// <param name="Shorter">Natural logarithm of the seconds of the shorter side.</param>
/// <param name="Longer">The same of the longer side.</param>
/// <param name="SignalToNoise">Of the side put to the test, dB.</param>
internal sealed record QualityMeasures(QualityMeasure Shorter, QualityMeasure Longer, QualityMeasure SignalToNoise)
{
    internal static double? LogShorter(TrialQuality quality) =>
        Math.Log(Math.Min(quality.EnrolSeconds, quality.TestSeconds));

    internal static double? LogLonger(TrialQuality quality) =>
        Math.Log(Math.Max(quality.EnrolSeconds, quality.TestSeconds));
}

/// <summary>
/// Turns a distance into a log-likelihood ratio, same speaker against another: offset − slope × distance and, where the
/// quality of a trial is known and <see cref="Quality"/> was fitted, what that adds (quality measure functions:
/// Mandasari et al., 2013). Fitted by logistic regression with both kinds of trial weighing the same, which minimises
/// Cllr on the trials it is fitted to (Brümmer and du Preez, 2006).
/// </summary>
/// <param name="Slope">Nats per unit of distance; positive where smaller distances mean the same speaker.</param>
/// <param name="Offset">Nats at distance 0.</param>
internal sealed record ScoreCalibration(double Slope, double Offset)
{
    private const int Folds = 5;

    /// <summary>Null: the distance says everything.</summary>
    public QualityMeasures? Quality { get; init; }

    /// <param name="distance">As the model's scorer gives it.</param>
    /// <param name="quality">Null where it is not known.</param>
    /// <returns>Nats: log p(distance, quality | same speaker) / p(… | different speakers).</returns>
    public double LogLikelihoodRatio(double distance, TrialQuality? quality = null)
    {
        var ratio = Offset - (Slope * distance);
        return Quality is { } measures && quality is { } known
            ? ratio + measures.Shorter.Of(QualityMeasures.LogShorter(known))
                + measures.Longer.Of(QualityMeasures.LogLonger(known))
                + measures.SignalToNoise.Of(known.TestSignalToNoise)
            : ratio;
    }

    /// <summary>The ratio of each trial, targets and impostors apart.</summary>
    public (double[] Targets, double[] Impostors) Ratios(IEnumerable<ScoredTrial> trials)
    {
        var kinds = trials.ToLookup(trial => trial.IsTarget, t => LogLikelihoodRatio(t.Distance, t.Quality));
        return ([.. kinds[true]], [.. kinds[false]]);
    }

    /// <summary>Fits slope and offset alone.</summary>
    /// <exception cref="ModelException">No target or no impostor trial.</exception>
    public static ScoreCalibration Fit(ReadOnlySpan<float> targets, ReadOnlySpan<float> impostors)
    {
        static double[][] Rows(ReadOnlySpan<float> distances) =>
            Array.ConvertAll(distances.ToArray(), distance => (double[])[distance]);

        var weights = LogisticRegression.Fit(Rows(targets), Rows(impostors));
        return new ScoreCalibration(-weights[0], weights[1]);
    }

    /// <summary>
    /// Fits slope and offset, and the weights of quality where they earn their place: where they lower Cllr on speakers
    /// that they were not fitted to, over five folds of the speakers. Corpora differ in length and noise as well as in
    /// how hard they are, and weights that only learn which corpus a trial is of would mislead on any other.
    /// </summary>
    /// <exception cref="ModelException">No target or no impostor trial.</exception>
    public static ScoreCalibration Fit(IReadOnlyList<ScoredTrial> trials)
    {
        ArgumentNullException.ThrowIfNull(trials);
        var (targets, impostors) = ScoredTrial.Split(trials);
        return trials.All(trial => trial.Quality is not null) && HeldOutGain(trials) > 0
            ? FitWithQuality(trials)
            : Fit(targets, impostors);
    }

    /// <summary>
    /// By how many bits the weights of quality lower Cllr on held-out speakers, mean over the folds that hold both kinds
    /// of trial on either side; 0 where there is none.
    /// </summary>
    private static double HeldOutGain(IReadOnlyList<ScoredTrial> trials)
    {
        var speakers = trials.SelectMany(trial => (int[])[trial.EnrolSpeaker, trial.TestSpeaker]).Distinct().Order()
            .ToArray();
        SplitRandom.For(Folds).Shuffle(speakers.AsSpan());
        var fold = speakers.Select((speaker, place) => (speaker, place % Folds)).ToDictionary();
        var gains = new List<double>();
        for (var held = 0; held < Folds; held++)
        {
            bool InHeld(int speaker) => fold[speaker] == held;
            var learnt = trials.Where(t => !InHeld(t.EnrolSpeaker) && !InHeld(t.TestSpeaker)).ToArray();
            var asked = trials.Where(t => InHeld(t.EnrolSpeaker) && InHeld(t.TestSpeaker)).ToArray();
            if (learnt.Select(t => t.IsTarget).Distinct().Count() < 2
                || asked.Select(t => t.IsTarget).Distinct().Count() < 2)
            {
                continue;
            }

            var (targets, impostors) = ScoredTrial.Split(learnt);
            gains.Add(Cost(Fit(targets, impostors), asked) - Cost(FitWithQuality(learnt), asked));
        }

        return gains.Count == 0 ? 0 : gains.Average();

        static double Cost(ScoreCalibration calibration, ScoredTrial[] asked)
        {
            var (targets, impostors) = calibration.Ratios(asked);
            return ErrorRates.Cllr(targets, impostors);
        }
    }

    /// <summary>Fits slope, offset and the weights of quality, whatever they are worth.</summary>
    /// <param name="trials">Each of known quality.</param>
    internal static ScoreCalibration FitWithQuality(IReadOnlyList<ScoredTrial> trials)
    {
        var measures = new QualityMeasures(
            QualityMeasure.Over(trials.Select(trial => QualityMeasures.LogShorter(trial.Quality!.Value))),
            QualityMeasure.Over(trials.Select(trial => QualityMeasures.LogLonger(trial.Quality!.Value))),
            QualityMeasure.Over(trials.Select(trial => trial.Quality!.Value.TestSignalToNoise)));
        double[] Row(ScoredTrial trial) =>
        [
            trial.Distance,
            measures.Shorter.Deviation(QualityMeasures.LogShorter(trial.Quality!.Value)),
            measures.Longer.Deviation(QualityMeasures.LogLonger(trial.Quality!.Value)),
            measures.SignalToNoise.Deviation(trial.Quality!.Value.TestSignalToNoise),
        ];

        var weights = LogisticRegression.Fit(
            [.. trials.Where(trial => trial.IsTarget).Select(Row)],
            [.. trials.Where(trial => !trial.IsTarget).Select(Row)]);
        return new ScoreCalibration(-weights[0], weights[^1])
        {
            Quality = new QualityMeasures(
                measures.Shorter with { Weight = weights[1] },
                measures.Longer with { Weight = weights[2] },
                measures.SignalToNoise with { Weight = weights[3] }),
        };
    }
}
