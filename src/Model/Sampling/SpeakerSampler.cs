using Speaker.Corpora;
using Speaker.Numerics;

namespace Speaker.Training.Sampling;

/// <summary>
/// Draws batches of P speakers with K utterances each (Hermans, Beyer and Leibe, "In defense of the triplet loss",
/// 2017), speakers without repetition, utterances without repetition where a speaker has enough of them.
/// </summary>
/// <remarks>Immutable: batches may be drawn on any thread, each from its own stream.</remarks>
internal sealed class SpeakerSampler
{
    private readonly IReadOnlyList<SpeakerClass> _classes;
    private readonly SamplingOptions _options;
    private readonly int[] _everyone;
    private readonly int[][] _corpora;
    private readonly double[] _corpusWeights;
    private readonly double[] _classWeights;
    private readonly double[] _mixedWeights;

    /// <exception cref="ModelException">
    /// An option out of range, a weight for a corpus that is not there, fewer than two classes, or a class without
    /// utterances.
    /// </exception>
    public SpeakerSampler(IReadOnlyList<SpeakerClass> classes, SamplingOptions options)
    {
        options.Validate();
        if (classes.Count < 2)
        {
            throw new ModelException(
                $"There are {classes.Count} training classes (speakers times speeds); training needs 2 "
                + "or more.");
        }

        if (classes.FirstOrDefault(c => c.Utterances.Count == 0) is { } empty)
        {
            throw new ModelException($"Speaker {empty.Speaker} of {empty.Corpus} has no utterance to train on.");
        }

        _classes = classes;
        _options = options;
        _everyone = [.. Enumerable.Range(0, classes.Count)];
        // A corpus of one class has no negatives of its own; it takes part in mixed batches.
        _corpora =
        [
            .. _everyone.GroupBy(i => classes[i].Corpus, StringComparer.Ordinal)
                .Where(g => g.Count() > 1).Select(g => g.ToArray()),
        ];
        var unknown = options.CorpusWeights.Keys.FirstOrDefault(name => classes.All(c => c.Corpus != name));
        if (unknown is not null)
        {
            throw new ModelException(
                $"There is a weight for corpus {unknown}, but no such corpus; there are "
                + $"{string.Join(", ", classes.Select(c => c.Corpus).Distinct(StringComparer.Ordinal))}.");
        }

        _corpusWeights =
        [
            .. _corpora.Select(c => Math.Pow(c.Length, options.CorpusExponent) * WeightOf(classes[c[0]].Corpus)),
        ];
        _classWeights =
        [
            .. classes.Select(c =>
                Math.Pow(Math.Clamp(c.Seconds, 0.1, options.MaximumSeconds), options.DurationExponent)),
        ];
        _mixedWeights = [.. classes.Select((c, i) => _classWeights[i] * WeightOf(c.Corpus))];
    }

    /// <returns>The places of a batch, those of a class one after another: P x K of them, or near it.</returns>
    public SampledUtterance[] Draw(SplitRandom random)
    {
        var (from, weights) = (_everyone, _mixedWeights);
        if (_corpora.Length > 0 && random.Chance(_options.OneCorpusShare))
        {
            (from, weights) = (_corpora[DrawCorpus(random)], _classWeights);
        }

        if (_options.EvenUtterances)
        {
            return DrawEvenly(from, random);
        }

        var speakers = Math.Min(_options.Speakers, from.Length);
        var each = Math.Min(_options.Speakers * _options.Utterances / speakers, _options.MaximumUtterances);
        var batch = new SampledUtterance[speakers * each];
        var place = 0;
        foreach (var index in WithoutRepetition(from, speakers, weights, random))
        {
            FillClass(batch.AsSpan(place, each), index, random);
            place += each;
        }

        return batch;
    }

    /// <summary>P × K crops, each of any utterance.</summary>
    private SampledUtterance[] DrawEvenly(int[] from, SplitRandom random)
    {
        var all = from.SelectMany(i => _classes[i].Utterances.Select(u => new SampledUtterance(i, u))).ToArray();
        var batch = new SampledUtterance[_options.Speakers * _options.Utterances];
        foreach (ref var place in batch.AsSpan())
        {
            place = all[random.Next(all.Length)];
        }

        Array.Sort(batch, static (a, b) => a.Class.CompareTo(b.Class));
        return batch;
    }

    private double WeightOf(string corpus) => _options.CorpusWeights.GetValueOrDefault(corpus, 1);

    private int DrawCorpus(SplitRandom random)
    {
        var place = random.NextDouble() * _corpusWeights.Sum();
        var corpus = 0;
        while (corpus < _corpusWeights.Length - 1 && place >= _corpusWeights[corpus])
        {
            place -= _corpusWeights[corpus++];
        }

        return corpus;
    }

    private void FillClass(Span<SampledUtterance> places, int index, SplitRandom random)
    {
        var order = _classes[index].Utterances.ToArray();
        for (var i = 0; i < places.Length; i++)
        {
            if (i % order.Length == 0)
            {
                random.Shuffle(order.AsSpan());
            }

            places[i] = new SampledUtterance(index, order[i % order.Length]);
        }
    }

    /// <summary>
    /// A weighted draw without repetition: the largest of u^(1/w) (Efraimidis and Spirakis, 2006), here the least of
    /// -log(u)/w.
    /// </summary>
    private static int[] WithoutRepetition(int[] from, int wanted, double[] weights, SplitRandom random)
    {
        var keys = new double[from.Length];
        for (var i = 0; i < from.Length; i++)
        {
            keys[i] = -Math.Log(1 - random.NextDouble()) / weights[from[i]];
        }

        var order = (int[])from.Clone();
        Array.Sort(keys, order);
        return order[..wanted];
    }
}
