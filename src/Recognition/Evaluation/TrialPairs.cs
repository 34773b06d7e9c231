using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;
using Speaker.Numerics;

namespace Speaker.Evaluation;

/// <summary>A trial between two items of a list, by index.</summary>
internal readonly record struct TrialPair(int Enrol, int Test, bool IsTarget);

/// <summary>How many trials are made from a corpus.</summary>
internal sealed record TrialPairOptions
{
    /// <summary>
    /// At most this many target pairs a corpus, 1 to 10,000,000; a seeded choice where there are more.
    /// </summary>
    [Between(1, 10_000_000)]
    public int MaximumTargets { get; init; } = 20_000;

    /// <summary>At most this many impostor pairs a corpus, 1 to 10,000,000.</summary>
    [Between(1, 10_000_000)]
    public int MaximumImpostors { get; init; } = 60_000;

    public int Seed { get; init; } = 1;

    /// <exception cref="OptionsValidationException">A value is out of its bounds; the message names every one that
    /// is.</exception>
    public void Validate() => new TrialPairOptionsValidator().Require(this);
}

/// <summary>
/// Makes trials from labelled items: every pair of one speaker, and pairs of two speakers of the same corpus. Pairs
/// across corpora differ in channel, are told apart without hearing the voice, and would flatter every figure.
/// </summary>
internal static class TrialPairs
{
    /// <param name="speakers">The speaker of each item, unique among corpora.</param>
    /// <param name="corpora">The corpus of each item.</param>
    /// <param name="options">Caps and seed.</param>
    /// <returns>Trials by index, corpus after corpus, each pair once.</returns>
    public static IReadOnlyList<TrialPair> Make(
        IReadOnlyList<string> speakers, IReadOnlyList<string> corpora, TrialPairOptions? options = null)
    {
        options ??= new TrialPairOptions();
        options.Validate();
        var pairs = new List<TrialPair>();
        foreach (var corpus in Enumerable.Range(0, speakers.Count).GroupBy(i => corpora[i], StringComparer.Ordinal))
        {
            var items = corpus.ToArray();
            var random = SplitRandom.For(options.Seed, SplitRandom.Key(corpus.Key));
            AddTargets(pairs, items, speakers, options.MaximumTargets, random);
            AddImpostors(pairs, items, speakers, options.MaximumImpostors, random);
        }

        return pairs;
    }

    private static void AddTargets(
        List<TrialPair> pairs, int[] items, IReadOnlyList<string> speakers, int maximum, SplitRandom random)
    {
        // Reservoir sampling (Vitter's algorithm R): an even choice without holding every pair.
        var chosen = new List<TrialPair>();
        long seen = 0;
        foreach (var speaker in items.GroupBy(i => speakers[i], StringComparer.Ordinal))
        {
            var own = speaker.ToArray();
            for (var i = 0; i < own.Length; i++)
            {
                for (var j = i + 1; j < own.Length; j++)
                {
                    Offer(chosen, new TrialPair(own[i], own[j], true), maximum, ref seen, random);
                }
            }
        }

        pairs.AddRange(chosen);
    }

    private static void AddImpostors(
        List<TrialPair> pairs, int[] items, IReadOnlyList<string> speakers, int maximum, SplitRandom random)
    {
        var all = (long)items.Length * (items.Length - 1) / 2;
        var chosen = new List<TrialPair>();
        if (all <= 20L * maximum)
        {
            long seen = 0;
            for (var i = 0; i < items.Length; i++)
            {
                for (var j = i + 1; j < items.Length; j++)
                {
                    if (speakers[items[i]] != speakers[items[j]])
                    {
                        Offer(chosen, new TrialPair(items[i], items[j], false), maximum, ref seen, random);
                    }
                }
            }
        }
        else
        {
            // Far more pairs than are wanted: draw them. The bound ends the search where one speaker has nearly
            // everything.
            var seen = new HashSet<(int, int)>();
            for (long draw = 0; chosen.Count < maximum && draw < 50L * maximum; draw++)
            {
                var (i, j) = (random.Next(items.Length), random.Next(items.Length));
                (i, j) = (Math.Min(i, j), Math.Max(i, j));
                if (speakers[items[i]] != speakers[items[j]] && seen.Add((i, j)))
                {
                    chosen.Add(new TrialPair(items[i], items[j], false));
                }
            }
        }

        pairs.AddRange(chosen);
    }

    private static void Offer(
        List<TrialPair> chosen, TrialPair pair, int maximum, ref long seen, SplitRandom random)
    {
        seen++;
        if (chosen.Count < maximum)
        {
            chosen.Add(pair);
        }
        else
        {
            var place = (long)(random.NextDouble() * seen);
            if (place < maximum)
            {
                chosen[(int)place] = pair;
            }
        }
    }
}

/// <summary>Checks <see cref="TrialPairOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class TrialPairOptionsValidator : IValidateOptions<TrialPairOptions>;
