using Speaker.Calibration;
using Speaker.Corpora;
using Speaker.Inference;
using Speaker.Metrics;
using Speaker.Models;
using Speaker.Scoring;

namespace Speaker.Evaluation;

/// <summary>Measures a model: every item is embedded once, every trial scored by the one scorer.</summary>
internal static class Evaluator
{
    /// <summary>All figures of a model on a set.</summary>
    /// <exception cref="ModelException">No target or no impostor trial.</exception>
    public static EvaluationReport Evaluate(
        VoiceEncoder encoder,
        EvaluationSet set,
        EvaluationOptions options,
        CancellationToken cancellationToken = default)
    {
        options.Validate();
        var measurement = new Measurement(encoder, set, options, cancellationToken);
        var sides = measurement.Sides();
        var trials = measurement.Score(set.Pairs, sides, sides);
        var corpora = measurement.ByCorpus(trials);
        var byCorpus = new SortedDictionary<string, EvaluationFigures>(
            corpora.ToDictionary(c => c.Key, c => measurement.Figures(c.Value)), StringComparer.Ordinal);
        return new EvaluationReport(
            byCorpus.Count == 1 ? byCorpus.Values.First() : measurement.Figures(trials),
            byCorpus,
            set.Pieces,
            set.Skipped)
        {
            Durations = [.. options.Durations
                .Select(seconds => Shortened(measurement, seconds)).OfType<DurationFigures>()],
            Conditions = [.. options.Conditions
                .Select((condition, i) => Changed(measurement, condition, i)).OfType<ConditionFigures>()],
            Grid = options.Durations.Count + options.Conditions.Count > 0 ? [.. Grid(measurement, options)] : [],
            Drawings = options.Drawings
                ? new EvaluationDrawings(
                    Curves(trials),
                    corpora.ToDictionary(c => c.Key, c => Curves(c.Value)),
                    EmbeddingMap.Of(set.Items, [.. sides.Select(side => side?.Embedding)], cancellationToken))
                : null,
        };
    }

    /// <summary>The set's trials with their distances, in the set's order.</summary>
    public static IReadOnlyList<ScoredTrial> Score(
        VoiceEncoder encoder, EvaluationSet set, int threads, CancellationToken cancellationToken = default)
    {
        var measurement = new Measurement(
            encoder, set, new EvaluationOptions { Threads = threads }, cancellationToken);
        var sides = measurement.Sides();
        return measurement.Score(set.Pairs, sides, sides);
    }

    /// <summary>The set's trials in every length and the whole, as recorded and under every condition, test only and on
    /// both sides.</summary>
    internal static IReadOnlyList<ConditionTrials> ScoreGrid(
        VoiceEncoder encoder, EvaluationSet set, EvaluationOptions options, CancellationToken cancellationToken)
    {
        var measurement = new Measurement(encoder, set, options, cancellationToken);
        return
        [
            .. GridSides(measurement, options).SelectMany(cell => measurement
                .OfCorpora(measurement.Score(Held(set.Pairs, cell.Enrolled, cell.Test), cell.Enrolled, cell.Test))
                .Select(corpus => new ConditionTrials(
                    corpus.Key, cell.Condition, cell.Enrolled == cell.Test, cell.Seconds, corpus.ToArray()))),
        ];
    }

    /// <summary>Indices of the set's trials by the corpus of their recordings.</summary>
    internal static IEnumerable<(string Corpus, int[] Pairs)> PairsByCorpus(EvaluationSet set) =>
        Enumerable.Range(0, set.Pairs.Count)
            .GroupBy(i => set.Items[set.Pairs[i].Enrol].Corpus, StringComparer.Ordinal)
            .Select(g => (g.Key, g.ToArray()));

    /// <summary>Equal error rates of the corpora that have trials of both kinds, from <see cref="Score"/>'s
    /// trials.</summary>
    internal static SortedDictionary<string, double> EerByCorpus(EvaluationSet set, IReadOnlyList<ScoredTrial> trials)
    {
        var rates = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var (corpus, pairs) in PairsByCorpus(set))
        {
            var (targets, impostors) = ScoredTrial.Split(pairs.Select(i => trials[i]));
            if (targets.Length > 0 && impostors.Length > 0)
            {
                rates.Add(corpus, ErrorRates.Eer(targets, impostors).Rate);
            }
        }

        return rates;
    }

    private static DurationFigures? Shortened(Measurement measurement, double seconds)
    {
        var (whole, sides) = (measurement.Sides(), measurement.Sides(seconds: seconds));
        var pairs = Held(measurement.Set.Pairs, sides, sides);
        var trials = measurement.Score(pairs, sides, sides);
        return HasBothKinds(trials)
            ? new DurationFigures(
                seconds, measurement.Figures(trials), Eer(measurement.Score(pairs, whole, whole)),
                Rates(measurement.ByCorpus(trials)))
            : null;
    }

    private static ConditionFigures? Changed(Measurement measurement, ListeningCondition condition, int place)
    {
        var (set, clean, sides) = (measurement.Set, measurement.Sides(), measurement.Sides(place));
        var pairs = Held(set.Pairs, clean, sides);
        var testOnly = measurement.Score(pairs, clean, sides);
        var both = measurement.Score(Held(set.Pairs, sides, sides), sides, sides);
        return HasBothKinds(testOnly) && HasBothKinds(both)
            ? new ConditionFigures(
                condition, sides.Count(side => side is null), sides.Length, measurement.Figures(testOnly),
                measurement.Figures(both), Eer(measurement.Score(pairs, clean, clean)),
                Rates(measurement.ByCorpus(testOnly)))
            : null;
    }

    private static IEnumerable<ConditionFigure> Grid(Measurement measurement, EvaluationOptions options) =>
        GridSides(measurement, options)
            .Select(cell => Cell(measurement, cell.Condition, cell.Seconds, cell.Enrolled, cell.Test))
            .OfType<ConditionFigure>();

    /// <summary>Condition after condition, each first of the test recording and then of both; from short to
    /// whole.</summary>
    private static IEnumerable<(string Condition, double? Seconds, TrialSide?[] Enrolled, TrialSide?[] Test)> GridSides(
        Measurement measurement, EvaluationOptions options)
    {
        double?[] lengths = [.. options.Durations.Order().Select(seconds => (double?)seconds), null];
        foreach (var seconds in lengths)
        {
            var clean = measurement.Sides(seconds: seconds);
            yield return (ConditionTable.AsRecorded, seconds, clean, clean);
        }

        for (var place = 0; place < options.Conditions.Count; place++)
        {
            var condition = ListeningConditions.NameOf(options.Conditions[place]);
            foreach (var both in (bool[])[false, true])
            {
                foreach (var seconds in lengths)
                {
                    var sides = measurement.Sides(place, seconds);
                    yield return (condition, seconds, both ? sides : measurement.Sides(seconds: seconds), sides);
                }
            }
        }
    }

    private static ConditionFigure? Cell(
        Measurement measurement, string condition, double? seconds, TrialSide?[] enrolled, TrialSide?[] test)
    {
        var trials = measurement.Score(Held(measurement.Set.Pairs, enrolled, test), enrolled, test);
        if (!HasBothKinds(trials))
        {
            return null;
        }

        var corpora = Rates(measurement.ByCorpus(trials));
        // No corpus has both kinds where one has the targets and another the impostors.
        return corpora.Count == 0 ? null : new ConditionFigure(
            condition, enrolled == test, seconds, trials.Length, trials.LongCount(trial => trial.IsTarget),
            new ConditionRates(Eer(trials), corpora.Values.Average(), corpora));
    }

    private static TrialPair[] Held(
        IReadOnlyList<TrialPair> pairs, TrialSide?[] enrolled, TrialSide?[] test) =>
        [.. pairs.Where(pair => enrolled[pair.Enrol] is not null && test[pair.Test] is not null)];

    private static bool HasBothKinds(ScoredTrial[] trials) =>
        trials.Any(t => t.IsTarget) && trials.Any(t => !t.IsTarget);

    private static double Eer(ScoredTrial[] trials)
    {
        var (targets, impostors) = ScoredTrial.Split(trials);
        return ErrorRates.Eer(targets, impostors).Rate;
    }

    private static SortedDictionary<string, double> Rates(Dictionary<string, ScoredTrial[]> corpora) =>
        new(corpora.ToDictionary(c => c.Key, c => Eer(c.Value)), StringComparer.Ordinal);

    private static ScoreCurves Curves(ScoredTrial[] trials)
    {
        var (targets, impostors) = ScoredTrial.Split(trials);
        return new ScoreCurves(
            DetCurve.Thin(DetCurve.Points(targets, impostors)),
            ScoreHistogram.Of(targets, impostors),
            ErrorRates.Eer(targets, impostors),
            ErrorRates.LeastCost(targets, impostors, 0.01));
    }

    /// <summary>One run of a model over a set.</summary>
    private sealed class Measurement
    {
        private readonly VoiceEncoder _encoder;
        private readonly EvaluationOptions _options;
        private readonly CancellationToken _cancellation;
        private readonly int[] _speakers;
        private readonly string[] _corpusOfSpeaker;
        private readonly float? _threshold;
        private readonly Func<ScoredTrial, double>? _trialThreshold;
        private readonly Dictionary<(int? Condition, double? Seconds), TrialSide?[]> _sides = [];

        public Measurement(
            VoiceEncoder encoder, EvaluationSet set, EvaluationOptions options, CancellationToken cancellationToken)
        {
            (_encoder, Set, _options, _cancellation) = (encoder, set, options, cancellationToken);
            var table = new ThresholdTable(encoder.Card.Calibration);
            _threshold = table.Points.Any(p => p.TargetFar <= options.TargetFar)
                ? table.ThresholdFor(options.TargetFar)
                : null;
            if (_threshold is not null && encoder.Card.TrialThresholds is { } lines
                && table.PointFor(options.TargetFar).TargetFar is var calibrated && lines.Has(calibrated))
            {
                _trialThreshold = trial => lines.ThresholdFor(calibrated, trial.Quality!.Value);
            }

            var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
            var corpora = new List<string>();
            _speakers = new int[set.Items.Count];
            for (var i = 0; i < _speakers.Length; i++)
            {
                if (!numbers.TryGetValue(set.Items[i].Speaker, out _speakers[i]))
                {
                    _speakers[i] = numbers.Count;
                    numbers.Add(set.Items[i].Speaker, _speakers[i]);
                    corpora.Add(set.Items[i].Corpus);
                }
            }

            _corpusOfSpeaker = [.. corpora];
        }

        public EvaluationSet Set { get; }

        /// <summary>What each item gives, embedded when it is first asked for; null where it is refused or has too
        /// little speech.</summary>
        /// <param name="condition">Place among the options' conditions; null: as recorded.</param>
        /// <param name="seconds">Of speech that there must be as recorded, and that it is cut to; null: whole. Where less
        /// is heard under a condition, that is what is left.</param>
        public TrialSide?[] Sides(int? condition = null, double? seconds = null)
        {
            if (!_sides.TryGetValue((condition, seconds), out var sides))
            {
                var frames = (int)Math.Round((seconds ?? 0) * Set.FramesPerSecond);
                sides = new TrialSide?[Set.Items.Count];
                var parallel = new ParallelOptions
                {
                    MaxDegreeOfParallelism = _options.Threads, CancellationToken = _cancellation,
                };
                Parallel.For(0, sides.Length, parallel, i => sides[i] = Set.Items[i].SpeechFrames >= frames
                    ? Side(Set.Items[i], condition, seconds is null ? null : frames)
                    : null);
                _sides.Add((condition, seconds), sides);
            }

            return sides;
        }

        public ScoredTrial[] Score(IReadOnlyList<TrialPair> pairs, TrialSide?[] enrolled, TrialSide?[] test)
        {
            var scores = new ScoredTrial[pairs.Count];
            for (var i = 0; i < scores.Length; i++)
            {
                var pair = pairs[i];
                scores[i] = new ScoredTrial(
                    _encoder.Scorer.Distance(enrolled[pair.Enrol]!, test[pair.Test]!),
                    pair.IsTarget,
                    _speakers[pair.Enrol],
                    _speakers[pair.Test])
                {
                    Quality = TrialQuality.Of(enrolled[pair.Enrol]!, test[pair.Test]!),
                };
            }

            return scores;
        }

        /// <summary>The corpora that have trials of both kinds.</summary>
        public Dictionary<string, ScoredTrial[]> ByCorpus(ScoredTrial[] trials) => OfCorpora(trials)
            .Select(corpus => (corpus.Key, Trials: corpus.ToArray()))
            .Where(corpus => HasBothKinds(corpus.Trials))
            .ToDictionary(corpus => corpus.Key, corpus => corpus.Trials, StringComparer.Ordinal);

        public IEnumerable<IGrouping<string, ScoredTrial>> OfCorpora(IEnumerable<ScoredTrial> trials) =>
            trials.GroupBy(trial => _corpusOfSpeaker[trial.EnrolSpeaker], StringComparer.Ordinal);

        private TrialSide? Side(EvaluationItem item, int? condition, int? frames)
        {
            var segments = condition is not { } place ? item.Segments
                : item.Changed[place] is { } changed ? [changed.Segment] : [];
            if (segments.Count == 0)
            {
                return null;
            }

            segments = frames is { } most ? SpeechSegment.Shorten(segments, most) : segments;
            var embedding = segments.Aggregate(
                EmbeddingMean.Empty,
                (mean, segment) => mean.Add(_encoder.Embed(segment.Features), segment.Features.Frames)).ToEmbedding();
            var quality = condition is { } under ? item.Changed[under]!.Quality : item.Quality;
            return _encoder.Scorer.Side(embedding) with
            {
                SpeechSeconds = segments.Sum(segment => segment.SpeechFrames) / Set.FramesPerSecond,
                SignalToNoise = quality?.SignalToNoise,
                Bandwidth = quality?.Bandwidth,
            };
        }

        /// <summary>At the model's threshold, as a decision takes it: the trial's own where the card has lines for
        /// it.</summary>
        private (double Frr, double Far)? At(ScoredTrial[] trials, float[] targets, float[] impostors)
        {
            if (_threshold is not { } bound)
            {
                return null;
            }

            if (_trialThreshold is not { } thresholdOf)
            {
                return ErrorRates.At(bound, targets, impostors);
            }

            var (own, strangers) = ScoredTrial.Split(
                trials.Select(trial => trial with { Distance = (float)(trial.Distance - thresholdOf(trial)) }));
            return ErrorRates.At(0, own, strangers);
        }

        public EvaluationFigures Figures(ScoredTrial[] trials)
        {
            var (targets, impostors) = ScoredTrial.Split(trials);
            var at = At(trials, targets, impostors);
            var ratios = _encoder.Card.Scores?.Ratios(trials);
            double? Actual(double prior) =>
                ratios is { } known ? ErrorRates.ActDcf(known.Targets, known.Impostors, prior) : null;
            return new EvaluationFigures(
                trials.Length,
                targets.Length,
                trials.SelectMany(t => (int[])[t.EnrolSpeaker, t.TestSpeaker]).Distinct().Count(),
                ErrorRates.Eer(targets, impostors).Rate,
                SpeakerBootstrap.Eer(trials, _options.BootstrapDraws, cancellationToken: _cancellation),
                ErrorRates.MinDcf(targets, impostors, 0.01),
                ErrorRates.MinDcf(targets, impostors, 0.05),
                Actual(0.01),
                Actual(0.05),
                ratios is { } both ? ErrorRates.Cllr(both.Targets, both.Impostors) : null,
                _threshold,
                at?.Far,
                at?.Frr);
        }
    }
}
