using Speaker.Metrics;
using Speaker.Numerics;

namespace Speaker.Calibration;

/// <summary>Trials of one corpus under one condition.</summary>
/// <param name="Corpus">Whose recordings they are of; a speaker is in one corpus.</param>
/// <param name="Condition">As the condition table names it.</param>
/// <param name="BothSides">Whether both recordings are under it; otherwise the test recording alone.</param>
/// <param name="Seconds">Of speech that both recordings are cut to; null: whole.</param>
/// <param name="Trials">Of known quality.</param>
internal sealed record ConditionTrials(
    string Corpus, string Condition, bool BothSides, double? Seconds, IReadOnlyList<ScoredTrial> Trials)
{
    /// <summary>The <see cref="Condition"/> of recordings that nothing was done to.</summary>
    public const string AsRecorded = "clean";

    /// <summary>Whether they are of the whole recordings as they are.</summary>
    public bool IsAsRecorded => Seconds is null && Condition == AsRecorded;
}

/// <summary>
/// Fits <see cref="TrialThresholds"/> and measures what they hold. Under every condition a corpus counts as its speakers
/// do, however many trials they make.
/// </summary>
internal static class TrialThresholdFit
{
    /// <summary>Fewest speakers: a half of them is measured on, and makes 45 pairs.</summary>
    public const int FewestSpeakers = 20;

    /// <summary>Halvings of the speakers that <see cref="Held"/> takes the mean of.</summary>
    private const int Halvings = 8;

    /// <summary>In distance; a tenth of what parts right speakers and strangers.</summary>
    private const double Softness = 0.015;

    private const double Typical = 0.5;
    private const double NearlyAll = 0.95;

    /// <summary>Measures that who speaks can change.</summary>
    private static readonly TrialMeasure[] Changeable =
        [TrialMeasure.Shorter, TrialMeasure.SignalToNoise, TrialMeasure.Bandwidth, TrialMeasure.BandwidthGap];

    /// <param name="groups">Of every length and condition.</param>
    /// <param name="targetFars">Rates that the model has a threshold for.</param>
    /// <param name="cancellationToken">Looked at between rates.</param>
    /// <returns>Null where there are too few speakers, no trials of one kind or no rates: then one threshold is for all
    /// trials.</returns>
    public static TrialThresholds? Of(
        IReadOnlyList<ConditionTrials> groups, IReadOnlyList<double> targetFars,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var speakers = SpeakersIn(groups);
        return speakers < FewestSpeakers || targetFars.Count == 0
            ? null
            : Fit(groups, targetFars, speakers, cancellationToken);
    }

    /// <summary>
    /// What the thresholds of one rate do in each condition on speakers that they were not fitted to: half of every
    /// corpus's speakers in turn, mean over several halvings. Beside it what one threshold does that the same speakers'
    /// recordings set as they are.
    /// </summary>
    /// <param name="groups">Of every length and condition.</param>
    /// <param name="targetFar">The rate.</param>
    /// <param name="cancellationToken">Looked at between halvings.</param>
    /// <returns>In the order of the groups; a condition that no halving has impostor trials for is left out.</returns>
    public static IReadOnlyList<ConditionRate> Held(
        IReadOnlyList<ConditionTrials> groups, double targetFar, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var counts = groups.Select(_ => new Count()).ToArray();
        for (var halving = 0; halving < Halvings; halving++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var learnt = Half(groups, halving);
            var fitted = Parts(groups, learnt.Contains);
            if (Fit(fitted, [targetFar], SpeakersIn(fitted), cancellationToken) is not { } thresholds)
            {
                continue;
            }

            var plain = fitted.Where(group => group.IsAsRecorded).SelectMany(group => group.Trials)
                .Where(trial => !trial.IsTarget).Select(trial => (double)trial.Distance).ToArray();
            var one = plain.Length == 0
                ? double.NegativeInfinity
                : QuantileRegression.WeightedQuantile(plain, Enumerable.Repeat(1.0, plain.Length).ToArray(), targetFar);
            var asked = Parts(groups, speaker => !learnt.Contains(speaker));
            for (var i = 0; i < counts.Length; i++)
            {
                counts[i].Add(asked[i].Trials, trial => thresholds.ThresholdFor(targetFar, trial.Quality!.Value), one);
            }
        }

        return
        [
            .. groups.Select((group, i) => (Group: group, Count: counts[i]))
                .GroupBy(part => (part.Group.Condition, part.Group.BothSides, part.Group.Seconds))
                .Where(cell => cell.Any(part => part.Count.Impostors > 0))
                .Select(cell =>
                {
                    var strangers = cell.Where(part => part.Count.Impostors > 0).ToArray();
                    var own = cell.Where(part => part.Count.Targets > 0).ToArray();
                    return new ConditionRate(
                        cell.Key.Condition, cell.Key.BothSides, cell.Key.Seconds,
                        cell.Sum(part => part.Group.Trials.LongCount(trial => !trial.IsTarget)),
                        Mean(strangers, part => (double)part.Accepted / part.Impostors),
                        own.Length == 0 ? null : Mean(own, part => (double)part.Refused / part.Targets),
                        Mean(strangers, part => (double)part.AcceptedByOne / part.Impostors));
                }),
        ];
    }

    /// <summary>Over corpora, each counting as its speakers.</summary>
    private static double Mean((ConditionTrials Group, Count Count)[] parts, Func<Count, double> rateOf)
    {
        var speakers = parts.Select(part => (double)SpeakersIn([part.Group])).ToArray();
        return parts.Select((part, i) => speakers[i] * rateOf(part.Count)).Sum() / speakers.Sum();
    }

    private static int SpeakersIn(IReadOnlyList<ConditionTrials> groups) =>
        groups.SelectMany(group => group.Trials).Where(trial => !trial.IsTarget)
            .SelectMany(trial => (int[])[trial.EnrolSpeaker, trial.TestSpeaker]).Distinct().Count();

    private static TrialThresholds? Fit(
        IReadOnlyList<ConditionTrials> groups, IReadOnlyList<double> targetFars, int speakers,
        CancellationToken cancellationToken)
    {
        var impostors = Weighed(groups, isTarget: false);
        var targets = Weighed(groups, isTarget: true);
        if (impostors.Trials.Length == 0 || targets.Trials.Length == 0)
        {
            return null;
        }

        var measures = Measures(impostors.Trials);
        var (impostorRows, targetRows) = (Rows(measures, impostors.Trials), Rows(measures, targets.Trials));
        var rates = new List<TrialThreshold>();
        foreach (var rate in targetFars.Order())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var line = LineOf(measures, impostors, impostorRows, rate);
            line = line with { Offset = line.Offset + Optimism(groups, measures, rate) };
            rates.Add(WithTargets(rate, line, measures, targets.Trials, targetRows, targets.Shares));
        }

        return new TrialThresholds(measures, rates, impostors.Trials.Length, speakers);
    }

    private static MeasureLine LineOf(
        MeasureRange[] measures, (ScoredTrial[] Trials, double[] Shares) impostors, double[][] rows, double rate)
    {
        double[] distances = [.. impostors.Trials.Select(trial => (double)trial.Distance)];
        var line = LineOf(
            QuantileRegression.Fit(rows, distances, impostors.Shares, rate, Softness), [.. measures.Select(_ => true)]);
        // The soft corner holds the rate softly; the offset is set so that it is held.
        double[] above = [.. distances.Select((distance, i) => distance - line.At(rows[i]))];
        return line with
        {
            Offset = line.Offset + QuantileRegression.WeightedQuantile(above, impostors.Shares, rate),
        };
    }

    /// <summary>
    /// What is to be added to the offset, as a line holds the rate on the speakers that it was fitted to and less on
    /// others. With half of the speakers it is measured on the other half; with all of them it is about a quarter of that,
    /// as it falls with the number of pairs that they make.
    /// </summary>
    private static double Optimism(IReadOnlyList<ConditionTrials> groups, MeasureRange[] measures, double rate)
    {
        var (above, shares) = (new List<double>(), new List<double>());
        for (var halving = 0; halving < Halvings; halving++)
        {
            var learnt = Half(groups, halving);
            var fitted = Weighed(Parts(groups, learnt.Contains), isTarget: false);
            var asked = Weighed(Parts(groups, speaker => !learnt.Contains(speaker)), isTarget: false);
            if (fitted.Trials.Length == 0 || asked.Trials.Length == 0)
            {
                continue;
            }

            var line = LineOf(measures, fitted, Rows(measures, fitted.Trials), rate);
            above.AddRange(asked.Trials.Select(trial => trial.Distance - line.At(Row(measures, trial))));
            shares.AddRange(asked.Shares);
        }

        return above.Count == 0 ? 0 : QuantileRegression.WeightedQuantile([.. above], [.. shares], rate) / 4;
    }

    private static double[][] Rows(MeasureRange[] measures, ScoredTrial[] trials) =>
        [.. trials.Select(trial => Row(measures, trial))];

    private static double[] Row(MeasureRange[] measures, ScoredTrial trial) =>
        [.. measures.Select(range => range.Deviation(trial.Quality!.Value))];

    private static TrialThreshold WithTargets(
        double rate, MeasureLine line, MeasureRange[] measures, ScoredTrial[] targets, double[][] rows, double[] shares)
    {
        double[] surplus = [.. targets.Select((trial, i) => trial.Distance - line.At(rows[i]))];
        bool[] used = [.. measures.Select(range => Changeable.Contains(range.Measure))];
        double[][] changeable = [.. rows.Select(row => row.Where((_, i) => used[i]).ToArray())];
        var typical = LineOf(QuantileRegression.Fit(changeable, surplus, shares, Typical, Softness), used);
        double[] rest = [.. surplus.Select((value, i) => value - typical.At(rows[i]))];
        return new TrialThreshold(
            rate, line, typical, Math.Max(0, QuantileRegression.WeightedQuantile(rest, shares, NearlyAll)));
    }

    /// <param name="fitted">Weights of the measures that are used, and the offset.</param>
    /// <param name="used">One for each measure; the others weigh nothing.</param>
    private static MeasureLine LineOf(double[] fitted, bool[] used)
    {
        var place = 0;
        return new MeasureLine(fitted[^1], [.. used.Select(isUsed => isUsed ? fitted[place++] : 0)]);
    }

    /// <summary>At most five, with the offset six parameters: where there is a cohort, the distance to it says what the
    /// narrower band would, which is left out.</summary>
    private static MeasureRange[] Measures(ScoredTrial[] trials)
    {
        MeasureRange[] known =
            [.. Enum.GetValues<TrialMeasure>().Select(measure => RangeOf(measure, trials)).OfType<MeasureRange>()];
        return known.Any(range => range.Measure == TrialMeasure.CohortMean)
            ? [.. known.Where(range => range.Measure != TrialMeasure.Bandwidth)]
            : known;
    }

    private static MeasureRange? RangeOf(TrialMeasure measure, ScoredTrial[] trials)
    {
        var known = trials.Select(trial => MeasureRange.Of(measure, trial.Quality!.Value)).OfType<double>().Order()
            .ToArray();
        if (known.Length == 0)
        {
            return null;
        }

        var (low, high) = (known[(int)(0.02 * (known.Length - 1))], known[(int)(0.98 * (known.Length - 1))]);
        return new MeasureRange(measure, known.Average(value => Math.Clamp(value, low, high)), low, high);
    }

    /// <summary>The trials of a kind with their weights, together 1, every group with that of its speakers.</summary>
    private static (ScoredTrial[] Trials, double[] Shares) Weighed(
        IReadOnlyList<ConditionTrials> groups, bool isTarget)
    {
        var kinds = groups.Select(group => group.Trials.Where(trial => trial.IsTarget == isTarget).ToArray())
            .Where(trials => trials.Length > 0).ToArray();
        var speakers = kinds.Select(trials => (double)trials
            .SelectMany(trial => (int[])[trial.EnrolSpeaker, trial.TestSpeaker]).Distinct().Count()).ToArray();
        var all = speakers.Sum();
        return (
            [.. kinds.SelectMany(trials => trials)],
            [.. kinds.SelectMany((trials, i) => Enumerable.Repeat(speakers[i] / all / trials.Length, trials.Length))]);
    }

    private static HashSet<int> Half(IReadOnlyList<ConditionTrials> groups, int halving)
    {
        var chosen = new HashSet<int>();
        foreach (var corpus in groups.GroupBy(group => group.Corpus, StringComparer.Ordinal))
        {
            var speakers = corpus.SelectMany(group => group.Trials)
                .SelectMany(trial => (int[])[trial.EnrolSpeaker, trial.TestSpeaker]).Distinct().Order().ToArray();
            SplitRandom.For(halving + 1, SplitRandom.Key(corpus.Key)).Shuffle(speakers.AsSpan());
            // Of an odd number the larger half is learnt from as often as it is measured on.
            chosen.UnionWith(speakers.Take((speakers.Length + (halving % 2)) / 2));
        }

        return chosen;
    }

    private static ConditionTrials[] Parts(IReadOnlyList<ConditionTrials> groups, Func<int, bool> isIn) =>
    [
        .. groups.Select(group => group with
        {
            Trials = [.. group.Trials.Where(trial => isIn(trial.EnrolSpeaker) && isIn(trial.TestSpeaker))],
        }),
    ];

    /// <summary>What was accepted and refused in one group, over the halvings.</summary>
    private sealed class Count
    {
        public long Impostors { get; private set; }

        public long Accepted { get; private set; }

        public long AcceptedByOne { get; private set; }

        public long Targets { get; private set; }

        public long Refused { get; private set; }

        public void Add(IEnumerable<ScoredTrial> trials, Func<ScoredTrial, double> thresholdOf, double one)
        {
            foreach (var trial in trials)
            {
                var accepted = trial.Distance <= thresholdOf(trial);
                if (trial.IsTarget)
                {
                    Targets++;
                    Refused += accepted ? 0 : 1;
                }
                else
                {
                    Impostors++;
                    Accepted += accepted ? 1 : 0;
                    AcceptedByOne += trial.Distance <= one ? 1 : 0;
                }
            }
        }
    }
}
