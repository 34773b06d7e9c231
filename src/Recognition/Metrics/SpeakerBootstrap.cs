using Speaker.Numerics;

namespace Speaker.Metrics;

/// <summary>
/// The 95 % interval of the equal error rate by bootstrap over speakers: trials share speakers, so trials drawn one by
/// one would claim a certainty that a few dozen voices cannot give (Bisani and Ney, "Bootstrap estimates for confidence
/// intervals", 2004). Each draw takes as many speakers as there are, with replacement; a speaker drawn c times counts c
/// times in its target trials, a pair drawn c and c' times c x c' times in its impostor trials.
/// </summary>
internal static class SpeakerBootstrap
{
    /// <returns>The 2.5 % and 97.5 % quantiles over the draws that hold both kinds of trial.</returns>
    /// <exception cref="ModelException">No target or no impostor trial, or no draw that holds both kinds.</exception>
    public static RateInterval Eer(
        IReadOnlyList<ScoredTrial> trials,
        int draws = 1000,
        int seed = 1,
        CancellationToken cancellationToken = default)
    {
        var order = trials.ToArray();
        Array.Sort(order, static (a, b) => a.Distance.CompareTo(b.Distance));
        if (!order.Any(t => t.IsTarget) || order.All(t => t.IsTarget))
        {
            throw new ModelException("An interval of the equal error rate needs target and impostor trials.");
        }

        var numbers = new Dictionary<int, int>();
        int Number(int speaker)
        {
            if (!numbers.TryGetValue(speaker, out var number))
            {
                numbers[speaker] = number = numbers.Count;
            }

            return number;
        }

        for (var i = 0; i < order.Length; i++)
        {
            order[i] = order[i] with
            {
                EnrolSpeaker = Number(order[i].EnrolSpeaker),
                TestSpeaker = Number(order[i].TestSpeaker),
            };
        }

        var rates = new double[draws];
        var options = new ParallelOptions { CancellationToken = cancellationToken };
        Parallel.For(0, draws, options, draw =>
        {
            rates[draw] = WeightedEer(order, Draw(numbers.Count, SplitRandom.For(seed, draw)));
        });
        return Interval(rates);
    }

    /// <summary>The 95 % intervals of the miss and the false-accept rate at a threshold that stays where it is.</summary>
    /// <exception cref="ModelException">As for <see cref="Eer"/>.</exception>
    public static (RateInterval Frr, RateInterval Far) At(
        double threshold,
        IReadOnlyList<ScoredTrial> trials,
        int draws = 1000,
        int seed = 1,
        CancellationToken cancellationToken = default)
    {
        // Trials of the same two speakers weigh the same in every draw.
        var numbers = trials.SelectMany(t => (int[])[t.EnrolSpeaker, t.TestSpeaker]).Distinct()
            .Select((speaker, number) => (speaker, number)).ToDictionary();
        var groups = trials
            .GroupBy(t => (t.IsTarget, numbers[t.EnrolSpeaker], numbers[t.TestSpeaker]))
            .Select(g => (Key: g.Key, Wrong: g.Count(t => (t.Distance <= threshold) != t.IsTarget), Count: g.Count()))
            .ToArray();
        var (frr, far) = (new double[draws], new double[draws]);
        var options = new ParallelOptions { CancellationToken = cancellationToken };
        Parallel.For(0, draws, options, draw =>
        {
            var counts = Draw(numbers.Count, SplitRandom.For(seed, draw));
            long missed = 0, targets = 0, accepted = 0, impostors = 0;
            foreach (var ((isTarget, enrol, test), wrong, count) in groups)
            {
                if (isTarget)
                {
                    missed += (long)counts[enrol] * wrong;
                    targets += (long)counts[enrol] * count;
                }
                else
                {
                    accepted += (long)counts[enrol] * counts[test] * wrong;
                    impostors += (long)counts[enrol] * counts[test] * count;
                }
            }

            frr[draw] = targets == 0 ? double.NaN : (double)missed / targets;
            far[draw] = impostors == 0 ? double.NaN : (double)accepted / impostors;
        });
        return (Interval(frr), Interval(far));
    }

    private static int[] Draw(int speakers, SplitRandom random)
    {
        var counts = new int[speakers];
        for (var i = 0; i < counts.Length; i++)
        {
            counts[random.Next(counts.Length)]++;
        }

        return counts;
    }

    private static RateInterval Interval(double[] rates)
    {
        var interval = RateInterval.Of(rates);
        return double.IsNaN(interval.Low)
            ? throw new ModelException("No draw of speakers held both target and impostor trials; there are too few "
                + "speakers.")
            : interval;
    }

    /// <summary>
    /// The definition of <see cref="ErrorRates.Eer"/> with a weight on every trial; NaN where a kind is missing.
    /// </summary>
    /// <param name="order">By distance, speakers numbered from 0.</param>
    /// <param name="counts">How often each speaker was drawn.</param>
    internal static double WeightedEer(ScoredTrial[] order, int[] counts)
    {
        long targets = 0, impostors = 0;
        foreach (ref readonly var trial in order.AsSpan())
        {
            if (trial.IsTarget)
            {
                targets += counts[trial.EnrolSpeaker];
            }
            else
            {
                impostors += (long)counts[trial.EnrolSpeaker] * counts[trial.TestSpeaker];
            }
        }

        if (targets == 0 || impostors == 0)
        {
            return double.NaN;
        }

        var (far, frr) = (0.0, 1.0);
        long accepted = 0, falselyAccepted = 0;
        for (var i = 0; i < order.Length;)
        {
            var distance = order[i].Distance;
            for (; i < order.Length && order[i].Distance == distance; i++)
            {
                ref readonly var trial = ref order[i];
                if (trial.IsTarget)
                {
                    accepted += counts[trial.EnrolSpeaker];
                }
                else
                {
                    falselyAccepted += (long)counts[trial.EnrolSpeaker] * counts[trial.TestSpeaker];
                }
            }

            var (nextFar, nextFrr) = ((double)falselyAccepted / impostors, 1.0 - ((double)accepted / targets));
            if (nextFar >= nextFrr)
            {
                return far + ((frr - far) / (frr - far + nextFar - nextFrr) * (nextFar - far));
            }

            (far, frr) = (nextFar, nextFrr);
        }

        return double.NaN;
    }
}
