using System.Globalization;
using Speaker.Calibration;
using Speaker.Evaluation;
using Speaker.Inference;
using Speaker.Metrics;
using Speaker.Models;
using Speaker.Scoring;

namespace Speaker.Training.Runs;

/// <summary>How the embeddings of a freshly trained encoder are scored, as the dev speakers say.</summary>
/// <param name="Card">With normalisation, thresholds and score calibration.</param>
/// <param name="Cohort">Of the card's normalisation; null where it has none.</param>
/// <param name="Report">Figures of the dev speakers; null where there are no dev trials.</param>
internal sealed record TrainedScoring(ModelCard Card, Cohort? Cohort, EvaluationReport? Report)
{
    private static readonly double[] TargetFars = [0.001, 0.01, 0.05];

    /// <param name="weights">Of the encoder, as they will be stored.</param>
    /// <param name="card">What is known so far; no calibration.</param>
    /// <param name="dev">Speakers that were not learnt from.</param>
    /// <param name="grid">Recordings of the same, as <see cref="ConditionGrid"/> takes them.</param>
    /// <param name="makeCohort">Of the training speakers; null where none is wanted.</param>
    /// <param name="options">Of the run.</param>
    /// <param name="cancellationToken">Stops the measuring.</param>
    public static TrainedScoring Choose(
        IReadOnlyDictionary<string, StoredTensor> weights,
        ModelCard card,
        EvaluationSet dev,
        Func<EvaluationSet> grid,
        Func<VoiceEncoder, Cohort>? makeCohort,
        TrainingOptions options,
        CancellationToken cancellationToken)
    {
        var evaluation = new EvaluationOptions();
        var plain = VoiceEncoder.UnderTraining(weights, card);
        var scores = Evaluator.Score(plain, dev, evaluation.Threads, cancellationToken);
        var scorer = Scorer.Cosine;
        var cohort = makeCohort?.Invoke(plain);
        var asNorm = cohort is null ? null : AsNormSpecification.Of(
            cohort, options.AsNormTop, "training speakers, as recorded, by telephone and through Opus");
        var parent = options.From.Count == 1 ? ModelFiles.ReadCard(options.From[0]) : null;
        if (makeCohort is null && options.AsNorm != false && parent?.AsNorm is { } known)
        {
            // Too few speakers for a cohort: that of the start is near enough to begin with, as its thresholds are.
            var path = ModelFiles.CohortPathOf(options.From[0]);
            cohort = CohortFile.Parse(Safetensors.ReadFile(path), path, known, parent.Encoder.Dimension);
            asNorm = known;
        }

        if (cohort is not null && asNorm is not null)
        {
            var normalised = Scorer.AsNorm(cohort, asNorm);
            var other = Evaluator.Score(
                VoiceEncoder.UnderTraining(weights, card, normalised), dev, evaluation.Threads, cancellationToken);
            if (options.AsNorm == true || MeanEer(dev, other) < MeanEer(dev, scores)
                || (makeCohort is null && MeanEer(dev, other) == MeanEer(dev, scores)))
            {
                (scorer, scores) = (normalised, other);
                card = card with { AsNorm = asNorm };
            }
            else
            {
                cohort = null;
            }
        }

        var hasBoth = scores.Any(t => t.IsTarget) && scores.Any(t => !t.IsTarget);
        var calibration = hasBoth ? TrialCalibration.Of(scores, TargetFars, cancellationToken) : null;
        card = calibration is null ? card : card.CalibratedBy(calibration, "dev speakers of the training corpora");
        if (calibration is { Points.Count: > 0, Speakers: >= TrialThresholdFit.FewestSpeakers })
        {
            card = ConditionGrid.Calibrate(
                card,
                ConditionGrid.Of(VoiceEncoder.UnderTraining(weights, card, scorer), grid(), cancellationToken),
                cancellationToken);
        }

        // Distances of several models joined lie closer together than those of each.
        card = parent is null ? card : Inherit(card, parent);
        var report = hasBoth
            ? Evaluator.Evaluate(
                VoiceEncoder.UnderTraining(weights, card, scorer), dev, evaluation, cancellationToken)
            : null;
        card = card with
        {
            Figures = report is null ? [] : Figures(report),
            Limitations = CardLimitations.Of(report, calibration),
        };
        return new TrainedScoring(card, cohort, report);
    }

    /// <summary>
    /// The thresholds of the model that the run started from, where the dev trials are too few for a rate: near enough to
    /// begin with, and marked as not measured. A stricter rate never gets a laxer threshold than was measured.
    /// </summary>
    private static ModelCard Inherit(ModelCard card, ModelCard parent)
    {
        if (parent.Calibration.Count == 0 || parent.AsNorm is null != card.AsNorm is null)
        {
            return card;
        }

        var strictest = card.Calibration.Count == 0 ? null : card.Calibration.MinBy(point => point.TargetFar);
        var inherited = parent.Calibration
            .Where(point => strictest is null || point.TargetFar < strictest.TargetFar)
            .Select(point => new CalibrationPoint(
                point.TargetFar, Math.Min(point.Threshold, strictest?.Threshold ?? 2), 0))
            .ToArray();
        return inherited.Length == 0 ? card : card with
        {
            Calibration = [.. inherited, .. card.Calibration],
            CalibratedOn = string.Create(
                CultureInfo.InvariantCulture,
                $"{(card.CalibratedOn is { } measured ? measured + "; " : "")}stricter than " +
                $"{strictest?.TargetFar ?? 1:0.####%}: taken over from {parent.Name}, not measured"),
        };
    }

    private static double MeanEer(EvaluationSet dev, IReadOnlyList<ScoredTrial> scores) =>
        Evaluator.EerByCorpus(dev, scores).Values.DefaultIfEmpty(0).Average();

    private static ModelFigure[] Figures(EvaluationReport report)
    {
        ModelFigure Figure(string name, EvaluationFigures figures) => new(
            name,
            figures.Trials,
            figures.Targets,
            figures.Speakers,
            figures.Eer,
            [figures.EerInterval.Low, figures.EerInterval.High],
            figures.MinDcf01,
            figures.MinDcf05);

        var pieces = report.Pieces.ToHashSet(StringComparer.Ordinal);
        return
        [
            .. report.ByCorpus.Select(pair => Figure(
                $"dev speakers of {pair.Key}{(pieces.Contains(pair.Key) ? ", pieces of one recording each" : "")}",
                pair.Value)),
            Figure("dev speakers of all corpora, impostors from the same corpus", report.All),
        ];
    }
}
