using Speaker.Numerics;
using Speaker.Scoring;
using Speaker.Search;

namespace Speaker.Tests.Search;

/// <summary>The search gives what a scan of all voiceprints gives, bit for bit, however it goes about it.</summary>
public sealed class GalleryIndexTests
{
    private readonly SplitRandom _random = SplitRandom.For(13);

    /// <summary>Dimensions that rows are padded from, galleries from nobody over a block's ends to three of them.</summary>
    [Theory]
    [InlineData(2, 40, false)]
    [InlineData(60, 1024, false)]
    [InlineData(60, 1025, true)]
    [InlineData(256, 2600, false)]
    [InlineData(256, 2600, true)]
    [InlineData(384, 1023, true)]
    public void Search_AnyGallery_GivesTheScansAnswer(int dimension, int speakers, bool normalises)
    {
        var scorer = normalises ? Normalising(dimension) : Scorer.Cosine;
        var scan = new ScannedGallery(scorer);
        GalleryIndex[] indexes =
            [new(scorer, dimension, int.MaxValue), new(scorer, dimension, 0), new(scorer, dimension, 30)];
        foreach (var count in (int[])[0, 1, 5, speakers / 2, speakers])
        {
            (string, TrialSide?)[] added =
                [.. Enumerable.Range(scan.Sides.Count, count - scan.Sides.Count)
                    .Select(i => ($"speaker-{i}", (TrialSide?)Voice(scorer, dimension, i % 7)))];
            scan.Apply(added);
            Array.ForEach(indexes, index => index.Apply(added));
            Compare();
        }

        // Half of them go, in another order than they came, and some come again as others.
        (string, TrialSide?)[] changes =
        [
            .. scan.Sides.Keys.Where((_, i) => i % 2 == 0).Select(name => (name, (TrialSide?)null)),
            .. scan.Sides.Keys.Where((_, i) => i % 5 == 1).Select(name => (name, (TrialSide?)Voice(scorer, dimension, 1))),
            ("nobody", null),
        ];
        scan.Apply(changes);
        Array.ForEach(indexes, index => index.Apply(changes));
        Compare();
        Assert.False(indexes[0].UsesBytes);
        Assert.All(indexes[1..], index => Assert.True(index.UsesBytes));

        void Compare()
        {
            for (var query = 0; query < 8; query++)
            {
                // One of the gallery itself, one of an unlikely length, strangers.
                var test = query == 0 && scan.Sides.Count > 0
                    ? scorer.Side(scan.Sides.Values.First().Embedding)
                    : scorer.Side([.. Vector(dimension, query % 7).Select(value => value * (query == 1 ? 1e3f : 1))]);
                foreach (var count in (int[])[1, 3, 50, 5000])
                {
                    var expected = scan.Search(test, count);
                    foreach (var index in indexes)
                    {
                        var found = index.Search(test, count, default);
                        Assert.Equal(scan.Sides.Count, found.Speakers);
                        Assert.Equal(expected, found.Nearest.Select(voice => (voice.Speaker, voice.Distance)));
                        Assert.All(found.Nearest, voice => Assert.Equal(
                            scan.Sides[voice.Speaker].Embedding, voice.Side.Embedding));
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Search_EqualAndAlmostEqualVoices_AreRankedAsTheScanRanksThem(bool normalises)
    {
        var scorer = normalises ? Normalising(256) : Scorer.Cosine;
        var scan = new ScannedGallery(scorer);
        var (floats, bytes) = (new GalleryIndex(scorer, 256, int.MaxValue), new GalleryIndex(scorer, 256, 0));
        var voice = Vector(256, 0);
        (string, TrialSide?)[] added =
        [
            .. Enumerable.Range(0, 1500).Select(i =>
            {
                var near = (float[])voice.Clone();
                // A third are the same to the bit, the others differ in the last places of one value.
                for (var steps = 0; steps < i % 3; steps++)
                {
                    near[i % 256] = MathF.BitIncrement(near[i % 256]);
                }

                return ($"{i * 7919 % 1500:0000}", (TrialSide?)scorer.Side(near));
            }),
        ];
        scan.Apply(added);
        floats.Apply(added);
        bytes.Apply(added);

        foreach (var test in (TrialSide[])[scorer.Side(voice), scorer.Side(Vector(256, 3))])
        {
            var expected = scan.Search(test, 700);
            Assert.Equal(expected, floats.Search(test, 700, default).Nearest.Select(each => (each.Speaker, each.Distance)));
            Assert.Equal(expected, bytes.Search(test, 700, default).Nearest.Select(each => (each.Speaker, each.Distance)));
        }
    }

    [Fact]
    public void Search_TestWithoutDirection_IsAtDistanceOneFromEverybody()
    {
        var index = new GalleryIndex(Scorer.Cosine, 8, 0);
        index.Apply([("boris", Scorer.Cosine.Side(Vector(8, 1))), ("anna", Scorer.Cosine.Side(Vector(8, 2)))]);
        Assert.Equal(
            [("anna", 1f), ("boris", 1f)],
            index.Search(Scorer.Cosine.Side(new float[8]), 5, default).Nearest.Select(each => (each.Speaker, each.Distance)));
    }

    /// <summary>Speakers come, go and change their names while others search: each answer is the scan's of a state that
    /// was there meanwhile.</summary>
    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(1500)]
    public async Task Search_WhileTheGalleryChanges_SeesEachChangeWholly(int bytesFrom)
    {
        const int Dimension = 64;
        const int Changes = 150;
        var scorer = Scorer.Cosine;
        var index = new GalleryIndex(scorer, Dimension, bytesFrom);
        var state = new ScannedGallery(scorer);
        var begun = new (string, TrialSide?)[1400];
        for (var i = 0; i < begun.Length; i++)
        {
            begun[i] = ($"{i}", scorer.Side(Vector(Dimension, i % 9)));
        }

        state.Apply(begun);
        index.Apply(begun);
        List<(string, TrialSide?)[]> changes = [];
        ScannedGallery[] states = [.. Enumerable.Range(0, Changes + 1).Select(i =>
        {
            if (i > 0)
            {
                var names = state.Sides.Keys.ToArray();
                var renamed = names[_random.Next(names.Length)];
                (string, TrialSide?)[] change =
                [
                    (renamed, null), ($"renamed-{i}", state.Sides[renamed]),
                    ($"new-{i}", scorer.Side(Vector(Dimension, i % 9))),
                    ($"new-too-{i}", scorer.Side(Vector(Dimension, i % 9))),
                    (i % 3 == 0 ? names[_random.Next(names.Length)] : "nobody", null),
                ];
                state.Apply(change);
                changes.Add(change);
            }

            return state.Copy();
        })];
        TrialSide[] tests = [.. Enumerable.Range(0, 9).Select(i => scorer.Side(Vector(Dimension, i)))];
        var (applied, begunChanges) = (0, 0);
        var searchers = Enumerable.Range(0, 3).Select(searcher => Task.Run(() =>
        {
            var seen = 0;
            while (seen < 10 || Volatile.Read(ref applied) < Changes)
            {
                var test = tests[(searcher + seen++) % tests.Length];
                var first = Volatile.Read(ref applied);
                var found = index.Search(test, 5, default).Nearest.Select(each => (each.Speaker, each.Distance)).ToArray();
                var last = Volatile.Read(ref begunChanges);
                Assert.Contains(
                    Enumerable.Range(first, last - first + 1),
                    version => states[version].Search(test, 5).SequenceEqual(found));
            }
        })).ToArray();
        foreach (var change in changes)
        {
            Interlocked.Increment(ref begunChanges);
            index.Apply(change);
            Interlocked.Increment(ref applied);
            await Task.Delay(1);
        }

        await Task.WhenAll(searchers);
    }

    [Fact]
    public void Search_Cancelled_Stops()
    {
        var index = new GalleryIndex(Scorer.Cosine, 8, 0);
        index.Apply([("anna", Scorer.Cosine.Side(Vector(8, 1)))]);
        Assert.Throws<OperationCanceledException>(
            () => index.Search(Scorer.Cosine.Side(Vector(8, 1)), 1, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void ApplyAndSearch_AnotherDimension_SaysSo()
    {
        var index = new GalleryIndex(Scorer.Cosine, 8, 0);
        Assert.Contains("two models", Assert.Throws<ModelException>(
            () => index.Apply([("anna", Scorer.Cosine.Side(Vector(9, 1)))])).Message, StringComparison.Ordinal);
        Assert.Throws<ModelException>(() => index.Search(Scorer.Cosine.Side(Vector(9, 1)), 1, default));
    }

    private static Scorer Normalising(int dimension)
    {
        var random = SplitRandom.For(5);
        var cohort = Cohort.FromEmbeddings(
            [.. Enumerable.Range(0, 30).Select(_ => Enumerable.Range(0, dimension)
                .Select(_ => random.NextGaussians().First + 0.5f).ToArray())]);
        return Scorer.AsNorm(cohort, AsNormSpecification.Of(cohort, 12, "test"));
    }

    private TrialSide Voice(Scorer scorer, int dimension, int kind) => scorer.Side(Vector(dimension, kind));

    /// <summary>A unit vector; those of one kind lie near to each other.</summary>
    private float[] Vector(int dimension, int kind)
    {
        var centre = SplitRandom.For(kind);
        float[] vector =
        [
            .. Enumerable.Range(0, dimension).Select(
                _ => centre.NextGaussians().First + (0.4f * _random.NextGaussians().First)),
        ];
        Voiceprint.Normalise(vector);
        return vector;
    }
}
