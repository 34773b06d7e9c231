using Speaker.Corpora;
using Speaker.Evaluation;
using Speaker.Metrics;
using Speaker.Numerics;
using Speaker.Training.Distances;

namespace Speaker.Training.Studies;

/// <summary>
/// Equal error rates of a run over many draws of the held-out speakers, with replacement within each corpus, as
/// <see cref="SpeakerBootstrap"/> draws them. A draw is of the same speakers whichever run is measured, so that the
/// difference of two runs has an interval of its own: what both owe to an easy speaker is in neither.
/// </summary>
internal sealed class HeldOutDraws(EvaluationSet set, int draws)
{
    private readonly (string Corpus, int[] Pairs)[] _corpora = [.. Evaluator.PairsByCorpus(set)];

    /// <summary>Of the scores of the set's trials: the rate of each corpus, and the mean over corpora of each
    /// draw.</summary>
    public (SortedDictionary<string, double> Eer, double[] Draws) Measure(IReadOnlyList<ScoredTrial> scores)
    {
        var rates = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var sums = new double[draws];
        var held = new int[draws];
        foreach (var (corpus, pairs) in _corpora)
        {
            var (targets, impostors) = ScoredTrial.Split(pairs.Select(i => scores[i]));
            if (targets.Length == 0 || impostors.Length == 0)
            {
                continue;
            }

            rates.Add(corpus, ErrorRates.Eer(targets, impostors).Rate);
            var (order, speakers) = Order(pairs, scores);
            var counts = new int[speakers];
            for (var draw = 0; draw < draws; draw++)
            {
                var random = SplitRandom.For(draw, SplitRandom.Key(corpus));
                Array.Clear(counts);
                for (var i = 0; i < speakers; i++)
                {
                    counts[random.Next(speakers)]++;
                }

                var rate = SpeakerBootstrap.WeightedEer(order, counts);
                // A draw of one speaker alone has no impostors: the other corpora stand for it.
                if (!double.IsNaN(rate))
                {
                    sums[draw] += rate;
                    held[draw]++;
                }
            }
        }

        return (rates, [.. sums.Zip(held, (sum, count) => count == 0 ? double.NaN : sum / count)]);
    }

    /// <summary>What guessing would give: one half everywhere.</summary>
    public (SortedDictionary<string, double> Eer, double[] Draws) OfGuessing()
    {
        var rates = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var (corpus, pairs) in _corpora)
        {
            if (pairs.Any(i => set.Pairs[i].IsTarget) && pairs.Any(i => !set.Pairs[i].IsTarget))
            {
                rates.Add(corpus, 0.5);
            }
        }

        return (rates, [.. Enumerable.Repeat(0.5, draws)]);
    }

    /// <summary>The corpus's trials by distance, its speakers numbered from 0 in the order of the set.</summary>
    private static (ScoredTrial[] Order, int Speakers) Order(int[] pairs, IReadOnlyList<ScoredTrial> scores)
    {
        var numbers = pairs.SelectMany(i => (int[])[scores[i].EnrolSpeaker, scores[i].TestSpeaker]).Distinct().Order()
            .Select((speaker, number) => (speaker, number)).ToDictionary(pair => pair.speaker, pair => pair.number);
        var order = Array.ConvertAll(pairs, i => scores[i] with
        {
            EnrolSpeaker = numbers[scores[i].EnrolSpeaker],
            TestSpeaker = numbers[scores[i].TestSpeaker],
        });
        Array.Sort(order, static (a, b) => a.Distance.CompareTo(b.Distance));
        return (order, numbers.Count);
    }
}
