using Speaker.Model.Encoding;
using Speaker.Model.Scoring;

namespace Speaker.Model.Evaluation;

/// <summary>Measures a model: every item is embedded once, every trial scored by the one scorer.</summary>
public static class Evaluator
{
    private const int ItemsAtOnce = 64;

    /// <summary>All figures of a model on a set.</summary>
    /// <exception cref="ModelException">No target or no impostor trial.</exception>
    public static EvaluationReport Evaluate(
        VoiceEncoder encoder,
        EvaluationSet set,
        EvaluationOptions options,
        CancellationToken cancellationToken = default)
    {
        options.Validate();
        var scores = Score(encoder, set, options.Threads, cancellationToken);
        var table = new ThresholdTable(encoder.Card.Calibration);
        float? threshold = table.Points.Any(p => p.TargetFar <= options.TargetFar)
            ? table.ThresholdFor(options.TargetFar)
            : null;
        var byCorpus = new SortedDictionary<string, EvaluationFigures>(StringComparer.Ordinal);
        foreach (var (corpus, indices) in PairsByCorpus(set))
        {
            var trials = indices.Select(i => scores[i]).ToArray();
            if (trials.Any(t => t.IsTarget) && trials.Any(t => !t.IsTarget))
            {
                byCorpus.Add(corpus, Figures(trials, encoder.Card, threshold, options, cancellationToken));
            }
        }

        var all = byCorpus.Count == 1
            ? byCorpus.Values.First()
            : Figures(scores, encoder.Card, threshold, options, cancellationToken);
        return new EvaluationReport(all, byCorpus, set.Pieces, set.Skipped);
    }

    /// <summary>The set's trials with their distances, in the set's order.</summary>
    public static IReadOnlyList<ScoredTrial> Score(
        VoiceEncoder encoder, EvaluationSet set, int threads, CancellationToken cancellationToken = default)
    {
        var sides = Array.ConvertAll(Embed(encoder, set, threads, cancellationToken), encoder.Scorer.Side);
        var speakers = new Dictionary<string, int>(StringComparer.Ordinal);
        var numbers = new int[set.Items.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (!speakers.TryGetValue(set.Items[i].Speaker, out numbers[i]))
            {
                numbers[i] = speakers.Count;
                speakers.Add(set.Items[i].Speaker, numbers[i]);
            }
        }

        var scores = new ScoredTrial[set.Pairs.Count];
        for (var i = 0; i < scores.Length; i++)
        {
            var pair = set.Pairs[i];
            scores[i] = new ScoredTrial(
                encoder.Scorer.Distance(sides[pair.Enrol], sides[pair.Test]),
                pair.IsTarget,
                numbers[pair.Enrol],
                numbers[pair.Test]);
        }

        return scores;
    }

    /// <summary>Indices of the set's trials by the corpus of their recordings.</summary>
    internal static IEnumerable<(string Corpus, int[] Pairs)> PairsByCorpus(EvaluationSet set) =>
        Enumerable.Range(0, set.Pairs.Count)
            .GroupBy(i => set.Items[set.Pairs[i].Enrol].Corpus, StringComparer.Ordinal)
            .Select(g => (g.Key, g.ToArray()));

    /// <summary>The distances of target and of impostor trials.</summary>
    internal static (float[] Targets, float[] Impostors) Split(IEnumerable<ScoredTrial> trials)
    {
        var kinds = trials.ToLookup(t => t.IsTarget, t => t.Distance);
        return ([.. kinds[true]], [.. kinds[false]]);
    }

    private static float[][] Embed(
        VoiceEncoder encoder, EvaluationSet set, int threads, CancellationToken cancellationToken)
    {
        // Neighbours in length pad each other least.
        var order = Enumerable.Range(0, set.Items.Count)
            .OrderBy(i => set.Items[i].Stretches.Sum(stretch => stretch.Frames)).ToArray();
        var embeddings = new float[order.Length][];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        Parallel.ForEach(order.Chunk(ItemsAtOnce), parallel, chunk =>
        {
            var results = encoder.EmbedBatch([.. chunk.SelectMany(i => set.Items[i].Stretches)]);
            var next = 0;
            foreach (var i in chunk)
            {
                embeddings[i] = set.Items[i].Stretches
                    .Aggregate(EmbeddingMean.Empty, (mean, stretch) => mean.Add(results[next++], stretch.Frames))
                    .ToEmbedding();
            }
        });
        return embeddings;
    }

    private static EvaluationFigures Figures(
        IReadOnlyList<ScoredTrial> trials,
        ModelCard card,
        float? threshold,
        EvaluationOptions options,
        CancellationToken cancellationToken)
    {
        var (targets, impostors) = Split(trials);
        var ratios = card.Scores?.Ratios(trials);
        (double Frr, double Far)? at = threshold is { } bound ? ErrorRates.At(bound, targets, impostors) : null;
        return new EvaluationFigures(
            trials.Count,
            targets.Length,
            trials.SelectMany(t => (int[])[t.EnrolSpeaker, t.TestSpeaker]).Distinct().Count(),
            ErrorRates.Eer(targets, impostors).Rate,
            SpeakerBootstrap.Eer(trials, options.BootstrapDraws, cancellationToken: cancellationToken),
            ErrorRates.MinDcf(targets, impostors, 0.01),
            ErrorRates.MinDcf(targets, impostors, 0.05),
            ratios is null ? null : ErrorRates.ActDcf(ratios.Value.Targets, ratios.Value.Impostors, 0.01),
            ratios is null ? null : ErrorRates.Cllr(ratios.Value.Targets, ratios.Value.Impostors),
            threshold,
            at?.Far,
            at?.Frr);
    }
}
