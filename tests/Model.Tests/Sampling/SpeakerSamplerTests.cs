using Microsoft.Extensions.Options;
using Speaker.Audio.Utterances;
using Speaker.Corpora;
using Speaker.Numerics;
using Speaker.Training.Sampling;

namespace Speaker.Training.Tests.Sampling;

public class SpeakerSamplerTests
{
    private static readonly SamplingOptions FourByThree = new() { Speakers = 4, Utterances = 3 };

    [Fact]
    public void Draw_EnoughOfEverything_GivesDistinctSpeakersWithDistinctUtterances()
    {
        var classes = Classes(("a", 10, 5), ("b", 8, 5));
        var sampler = new SpeakerSampler(classes, FourByThree);
        for (var step = 0; step < 200; step++)
        {
            var batch = sampler.Draw(SplitRandom.For(1, step));
            Assert.Equal(12, batch.Length);
            var groups = batch.Chunk(3).ToArray();
            Assert.Equal(4, groups.Select(g => g[0].Class).Distinct().Count());
            foreach (var group in groups)
            {
                Assert.Single(group.Select(p => p.Class).Distinct());
                Assert.Equal(3, group.Select(p => p.Utterance).Distinct().Count());
                Assert.All(group, p => Assert.Contains(p.Utterance, classes[p.Class].Utterances));
            }
        }
    }

    [Fact]
    public void Draw_OneCorpusShareOne_GivesBatchesOfOneCorpus()
    {
        var classes = Classes(("a", 10, 5), ("b", 8, 5));
        var sampler = new SpeakerSampler(classes, FourByThree with { OneCorpusShare = 1 });
        var drawn = new HashSet<string>();
        for (var step = 0; step < 100; step++)
        {
            var batch = sampler.Draw(SplitRandom.For(1, step));
            drawn.Add(Assert.Single(batch.Select(p => classes[p.Class].Corpus).Distinct()));
        }

        Assert.Equal(2, drawn.Count);
    }

    [Fact]
    public void Draw_CorpusSmallerThanP_TakesMoreUtterancesOfFewerSpeakers()
    {
        var options = FourByThree with { OneCorpusShare = 1, MaximumUtterances = 5 };
        var sampler = new SpeakerSampler(Classes(("a", 2, 9)), options);
        var batch = sampler.Draw(SplitRandom.For(1));
        Assert.Equal(10, batch.Length);
        Assert.Equal(2, batch.Select(p => p.Class).Distinct().Count());
    }

    [Fact]
    public void Draw_FewerUtterancesThanK_RepeatsThemAsRarelyAsCanBe()
    {
        var sampler = new SpeakerSampler(Classes(("a", 4, 2)), FourByThree);
        foreach (var group in sampler.Draw(SplitRandom.For(1)).Chunk(3))
        {
            Assert.Equal(2, group.Select(p => p.Utterance).Distinct().Count());
        }
    }

    [Fact]
    public void Draw_WeightsOfCorpora_DrawsThemInThatProportion()
    {
        var options = new SamplingOptions
        {
            Speakers = 2, Utterances = 2, OneCorpusShare = 1, CorpusExponent = 0.5,
            CorpusWeights = new Dictionary<string, double> { ["b"] = 0.5 },
        };
        var classes = Classes(("a", 4, 3), ("b", 16, 3));
        var sampler = new SpeakerSampler(classes, options);
        var b = Enumerable.Range(0, 4000)
            .Count(step => classes[sampler.Draw(SplitRandom.For(2, step))[0].Class].Corpus == "b");
        // sqrt(4) : sqrt(16) / 2 is 1 : 1; five standard deviations of 4,000 fair coins are 158.
        Assert.InRange(b, 2000 - 158, 2000 + 158);
    }

    [Fact]
    public void Draw_FirstSpeaker_IsDrawnByRootOfSecondsUpToTheCap()
    {
        var classes = new[]
        {
            new SpeakerClass(0, 0, "a", [0], 4),
            new SpeakerClass(1, 0, "a", [1], 36),
            new SpeakerClass(2, 0, "a", [2], 400),
        };
        var options = new SamplingOptions { Speakers = 2, Utterances = 2, MaximumSeconds = 64, DurationExponent = 0.5 };
        var sampler = new SpeakerSampler(classes, options);
        var first = new int[3];
        for (var step = 0; step < 16_000; step++)
        {
            first[sampler.Draw(SplitRandom.For(3, step))[0].Class]++;
        }

        // Weights 2 : 6 : 8 of 16; five standard deviations at most 316.
        Assert.InRange(first[0], 2000 - 316, 2000 + 316);
        Assert.InRange(first[1], 6000 - 316, 6000 + 316);
        Assert.InRange(first[2], 8000 - 316, 8000 + 316);
    }

    [Fact]
    public void Draw_FourteenSecondsBesideTwoHours_IncludesEachAsOftenAsTheLawSays()
    {
        double[] seconds = [14, 7200, 60, 600, 30];
        var classes = seconds.Select((s, i) => new SpeakerClass(i, 0, "a", [i], s)).ToArray();
        var options = new SamplingOptions { Speakers = 2, Utterances = 2 };
        var sampler = new SpeakerSampler(classes, options);
        var included = new int[5];
        const int Draws = 20_000;
        for (var step = 0; step < Draws; step++)
        {
            foreach (var index in sampler.Draw(SplitRandom.For(4, step)).Select(p => p.Class).Distinct())
            {
                included[index]++;
            }
        }

        // By default the root of the seconds, 60 at most; the second speaker is drawn from those that are left.
        var weights = seconds.Select(s => Math.Sqrt(Math.Min(s, 60))).ToArray();
        var all = weights.Sum();
        for (var i = 0; i < 5; i++)
        {
            var expected = weights[i] / all;
            expected += Enumerable.Range(0, 5).Where(j => j != i)
                .Sum(j => weights[j] / all * weights[i] / (all - weights[j]));
            var deviation = Math.Sqrt(expected * (1 - expected) / Draws);
            Assert.InRange((double)included[i] / Draws, expected - (5 * deviation), expected + (5 * deviation));
        }

        // 514 times the speech, not twice the share of the batches.
        Assert.True(included[1] < 2 * included[0]);
    }

    [Fact]
    public void Draw_CorporaOf223And2Speakers_AreEachMetAsOftenAsTheLawSays()
    {
        var classes = Classes(("large", 223, 8), ("small", 2, 20));
        var options = new SamplingOptions { OneCorpusShare = 0.7, CorpusExponent = 0.5 };
        var sampler = new SpeakerSampler(classes, options);
        var (large, small, mixed) = (0, 0, 0);
        const int Draws = 4000;
        for (var step = 0; step < Draws; step++)
        {
            var batch = sampler.Draw(SplitRandom.For(5, step));
            var speakers = batch.Select(p => p.Class).Distinct().ToArray();
            if (speakers.All(i => classes[i].Corpus == "small"))
            {
                // K grows to keep the batch from being two speakers with four crops, up to twelve.
                Assert.Equal(24, batch.Length);
                small++;
                continue;
            }

            Assert.Equal((128, 32), (batch.Length, speakers.Length));
            if (speakers.Any(i => classes[i].Corpus == "small"))
            {
                mixed++;
            }
            else
            {
                large++;
            }
        }

        // Seven batches of ten are of one corpus, the small one's share of them sqrt(2) : sqrt(223): 8.7 %. By the
        // number of speakers it would be 0.9 %, and each batch of it is a speaker against one that shares the channel.
        var share = 0.7 * Math.Sqrt(2) / (Math.Sqrt(2) + Math.Sqrt(223));
        var deviation = Math.Sqrt(share * (1 - share) / Draws);
        Assert.InRange((double)small / Draws, share - (5 * deviation), share + (5 * deviation));

        // Of the mixed three of ten, those that meet a speaker of the small corpus among their 32: weights by seconds.
        double weight = Math.Sqrt(20) * 2, rest = Math.Sqrt(8) * 223;
        var roughly = 0.3 * (1 - Math.Pow(1 - (weight / (weight + rest)), 32));
        Assert.InRange((double)mixed / Draws, roughly - 0.04, roughly + 0.04);
        Assert.Equal(Draws, large + small + mixed);
    }

    [Fact]
    public void Draw_OneCorpusBatches_HaveNegativesOfTheAnchorsCorpusOnly()
    {
        // What tells corpora apart cannot lower a loss whose negatives all share the corpus.
        var classes = Classes(("a", 12, 5), ("b", 9, 5), ("c", 2, 5));
        var sampler = new SpeakerSampler(classes, FourByThree with { OneCorpusShare = 0.8 });
        var across = 0;
        for (var step = 0; step < 2000; step++)
        {
            across += sampler.Draw(SplitRandom.For(6, step)).Select(p => classes[p.Class].Corpus).Distinct().Count() > 1
                ? 1
                : 0;
        }

        // A fifth of the batches are mixed, few of them of one corpus by chance; five standard deviations are 90.
        Assert.InRange(across, 300, 400 + 90);
    }

    [Fact]
    public void Constructor_WeightForNoCorpus_NamesThoseThatAreThere()
    {
        var options = FourByThree with { CorpusWeights = new Dictionary<string, double> { ["c"] = 1 } };
        var error = Assert.Throws<ModelException>(() => new SpeakerSampler(Classes(("a", 4, 2), ("b", 4, 2)), options));
        Assert.Contains("c", error.Message, StringComparison.Ordinal);
        Assert.Contains("a, b", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_OneClass_IsRefused() =>
        Assert.Throws<ModelException>(() => new SpeakerSampler(Classes(("a", 1, 2)), FourByThree));

    [Theory]
    [InlineData(1, 4, "Speakers")]
    [InlineData(4, 1, "Utterances")]
    public void Validate_OutOfRange_NamesOptionAndBound(int speakers, int utterances, string name)
    {
        var options = new SamplingOptions { Speakers = speakers, Utterances = utterances };
        var error = Assert.Throws<OptionsValidationException>(options.Validate);
        Assert.Contains($"{name} = 1", error.Message, StringComparison.Ordinal);
        Assert.Contains("from 2 to", error.Message, StringComparison.Ordinal);
    }

    private static SpeakerClass[] Classes(params (string Corpus, int Speakers, int Utterances)[] corpora)
    {
        var classes = new List<SpeakerClass>();
        foreach (var (corpus, speakers, utterances) in corpora)
        {
            for (var i = 0; i < speakers; i++)
            {
                var first = classes.Count * 100;
                classes.Add(new SpeakerClass(
                    classes.Count, 0, corpus, [.. Enumerable.Range(first, utterances)], utterances));
            }
        }

        return [.. classes];
    }
}
