using Speaker.Training.Distances;
using Speaker.Training.Mining;
using TorchSharp;

namespace Speaker.Training.Tests.Mining;

public class TripletMinerTests
{
    public static TheoryData<string> Miners => [.. TripletMiner.Names];

    [Theory]
    [InlineData(2, 0f)]
    [InlineData(5, 0f)]
    [InlineData(12, 0f)]
    [InlineData(2, 0.25f)]
    [InlineData(5, 0.1f)]
    [InlineData(12, 0.5f)]
    public void SemiHardMine_RandomBatches_EqualsTripleLoop(int speakers, float step)
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var (distances, labels) = MiningOracle.RandomBatch(seed, 3 + (seed % 30), speakers, step);
            foreach (var margin in new[] { 0.05f, 0.3f, 1.5f })
            {
                Assert.Equal(
                    MiningOracle.SemiHard(distances, labels, margin).Order(),
                    Triples(new SemiHardMiner(margin).MineMatrix(distances, labels).Triplets).Order());
            }
        }
    }

    [Theory]
    [InlineData(3, 0f)]
    [InlineData(7, 0.2f)]
    public void HardMine_RandomBatches_EqualsTripleLoop(int speakers, float step)
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var (distances, labels) = MiningOracle.RandomBatch(seed, 3 + (seed % 30), speakers, step);
            Assert.Equal(
                MiningOracle.BatchHard(distances, labels),
                Triples(new BatchHardMiner(0.2).MineMatrix(distances, labels).Triplets));
        }
    }

    [Fact]
    public void SemiHardMine_NegativeInWindow_TakesTheNearestOne()
    {
        // Anchor 0, positive 1 at 0.5; negatives at 0.4, 0.7, 0.6 and 1.5.
        float[] row = [0, 0.5f, 0.4f, 0.7f, 0.6f, 1.5f];
        Assert.Equal(4, NegativeOfFirstPair(row, 0.3));
    }

    [Fact]
    public void SemiHardMine_OnlyCloserAndFartherThanWindow_TakesTheLeastHardOfTheCloser()
    {
        float[] row = [0, 0.5f, 0.4f, 0.1f, 0.2f, 1.5f];
        Assert.Equal(2, NegativeOfFirstPair(row, 0.3));
    }

    [Fact]
    public void SemiHardMine_AllBeyondWindow_TakesTheNearestWithZeroLoss()
    {
        float[] row = [0, 0.5f, 1.4f, 1.3f, 1.2f, 1.5f];
        Assert.Equal(4, NegativeOfFirstPair(row, 0.3));
    }

    [Fact]
    public void SemiHardMine_NegativeAtExactlyPositiveDistance_IsNotSemiHard()
    {
        float[] row = [0, 0.5f, 0.5f, 0.75f, 1.2f, 1.5f];
        Assert.Equal(3, NegativeOfFirstPair(row, 0.5));
        Assert.Equal(2, NegativeOfFirstPair(row, 0.25));
    }

    [Theory]
    [MemberData(nameof(Miners))]
    public void Mine_RandomBatches_PositivesShareTheLabelAndNegativesNever(string name)
    {
        for (var seed = 0; seed < 60; seed++)
        {
            // Scaled so that at times every negative is beyond every window, and at times within: the fallbacks.
            var (distances, labels) = MiningOracle.RandomBatch(seed, 24, 1 + (seed % 8), seed % 2 == 0 ? 0.5f : 0);
            for (var i = 0; i < distances.Length; i++)
            {
                distances[i] *= labels[i / 24] == labels[i % 24]
                    ? new[] { 1, 0.01f, 1 }[seed % 3]
                    : new[] { 1, 1, 0.01f }[seed % 3];
            }

            foreach (var (a, p, n) in Triples(Create(name).MineMatrix(distances, labels, seed).Triplets))
            {
                Assert.NotEqual(a, p);
                Assert.Equal(labels[a], labels[p]);
                Assert.NotEqual(labels[a], labels[n]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Miners))]
    public void Mine_BatchesThatHaveNoTriplet_GivesNone(string name)
    {
        var (distances, _) = MiningOracle.RandomBatch(1, 6, 3);
        Assert.Equal(0, Create(name).MineMatrix(distances, [4, 4, 4, 4, 4, 4]).Triplets.Count);
        Assert.Equal(0, Create(name).MineMatrix(distances, [1, 2, 3, 4, 5, 6]).Triplets.Count);
        var empty = Create(name).MineMatrix([], []);
        Assert.Equal(0, empty.Triplets.Count);
        Assert.True(double.IsNaN(empty.Statistics.ActiveFraction));
    }

    [Theory]
    [MemberData(nameof(Miners))]
    public void Mine_Statistics_EqualTheirDefinitions(string name)
    {
        const float margin = 0.3f;
        var (distances, labels) = MiningOracle.RandomBatch(17, 40, 6);
        var result = Create(name).MineMatrix(distances, labels);
        var triples = Triples(result.Triplets);
        var pairs = triples
            .Select(t => (P: distances[(t.Anchor * 40) + t.Positive], N: distances[(t.Anchor * 40) + t.Negative]))
            .ToList();
        Assert.NotEmpty(pairs);
        Assert.Equal(pairs.Average(x => (double)x.P), result.Statistics.MeanPositive, 9);
        Assert.Equal(pairs.Average(x => (double)x.N), result.Statistics.MeanNegative, 9);
        Assert.Equal(pairs.Average(x => x.N < x.P + margin ? 1.0 : 0), result.Statistics.ActiveFraction, 9);
        Assert.Equal(
            pairs.Average(x => x.P < x.N && x.N < x.P + margin ? 1.0 : 0), result.Statistics.SemiHardFraction, 9);
    }

    [Theory]
    [InlineData(3, 0f)]
    [InlineData(7, 0.2f)]
    public void EasyPositiveMine_RandomBatches_EqualsTripleLoop(int speakers, float step)
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var (distances, labels) = MiningOracle.RandomBatch(seed, 3 + (seed % 30), speakers, step);
            foreach (var kind in Enum.GetValues<EasyPositiveNegative>())
            {
                Assert.Equal(
                    MiningOracle.EasyPositive(distances, labels, 0.3f, kind == EasyPositiveNegative.Hard),
                    Triples(new EasyPositiveMiner(0.3, kind).MineMatrix(distances, labels).Triplets));
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    public void AllMine_BelowTheBound_EqualsTripleLoop(int speakers)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var (distances, labels) = MiningOracle.RandomBatch(seed, 3 + (2 * seed), speakers);
            Assert.Equal(
                MiningOracle.All(labels), Triples(new BatchAllMiner(0.3, 1).MineMatrix(distances, labels).Triplets));
        }
    }

    [Fact]
    public void AllMine_AboveTheBound_DrawsThatManyAndEachAsOftenAsAnother()
    {
        // 227,448 triplets of 4 speakers x 27, and a mean gap to be expected of the draws.
        var labels = Enumerable.Range(0, 108).Select(i => i % 4L).ToArray();
        var (distances, _) = MiningOracle.RandomBatch(2, 108, 4);
        var all = MiningOracle.All(labels);
        var place = all.Select((triplet, i) => (triplet, i)).ToDictionary(x => x.triplet, x => x.i);
        Assert.True(all.Count is > BatchAllMiner.MostTriplets and < 8 * BatchAllMiner.MostTriplets);
        const int batches = 20;
        var drawn = new int[all.Count];
        var gap = 0.0;
        for (var step = 0; step < batches; step++)
        {
            var result = new BatchAllMiner(0.3, 5).MineMatrix(distances, labels, step);
            Assert.Equal(BatchAllMiner.MostTriplets, result.Triplets.Count);
            foreach (var triplet in Triples(result.Triplets))
            {
                drawn[place[triplet]]++;
            }

            gap += result.Statistics.MeanGap / batches;
        }

        var often = (double)BatchAllMiner.MostTriplets * batches / all.Count;
        // Of a hundred segments of the list, so that the bound is far beyond chance.
        foreach (var segment in drawn.Chunk(all.Count / 100))
        {
            Assert.InRange(segment.Average(), often * 0.99, often * 1.01);
        }

        Assert.InRange(drawn.Count(times => times == 0), 0, all.Count / 100);
        var expected = all.Average(t =>
            distances[(t.Anchor * 108) + t.Negative] - (double)distances[(t.Anchor * 108) + t.Positive]);
        Assert.Equal(expected, gap, 3e-3);
    }

    [Fact]
    public void AllMine_OneSpeakerWithMostRows_KeepsToTheBound()
    {
        var labels = Enumerable.Range(0, 300).Select(i => i < 250 ? 0L : i).ToArray();
        var (distances, _) = MiningOracle.RandomBatch(2, 300, 4);
        var triplets = new BatchAllMiner(0.3, 5).MineMatrix(distances, labels).Triplets;
        Assert.Equal(BatchAllMiner.MostTriplets, triplets.Count);
        Assert.All(Triples(triplets), t => Assert.True(
            t.Anchor != t.Positive && t.Anchor < 250 && t.Positive < 250 && t.Negative >= 250));
    }

    [Theory]
    [InlineData("random")]
    [InlineData("batch-all")]
    [InlineData("distance-weighted")]
    public void Mine_EqualSeedsAndSteps_GivesEqualTripletsWhateverCameBefore(string name)
    {
        var rows = name == "batch-all" ? 108 : 30;
        var (distances, labels) = MiningOracle.RandomBatch(3, rows, 5);
        TripletMiner Seeded(int seed) => TripletMiner.Create(name, Distance.SquaredEuclidean, 0.3, 16, seed);
        var used = Seeded(9);
        for (var step = 0; step < 4; step++)
        {
            used.MineMatrix(distances, labels, step);
        }

        var fifth = Triples(used.MineMatrix(distances, labels, 4).Triplets);
        Assert.Equal(fifth, Triples(Seeded(9).MineMatrix(distances, labels, 4).Triplets));
        Assert.NotEqual(fifth, Triples(Seeded(9).MineMatrix(distances, labels, 3).Triplets));
        Assert.NotEqual(fifth, Triples(Seeded(10).MineMatrix(distances, labels, 4).Triplets));
    }

    [Fact]
    public void RandomMine_ManyDraws_ReachesEveryNegative()
    {
        var (distances, _) = MiningOracle.RandomBatch(3, 8, 2);
        long[] labels = [0, 0, 1, 1, 1, 2, 2, 2];
        var miner = new RandomMiner(0.3, 1);
        var seen = new HashSet<long>();
        for (var step = 0; step < 100; step++)
        {
            seen.UnionWith(Triples(miner.MineMatrix(distances, labels, step).Triplets)
                .Where(t => t.Anchor == 0).Select(t => t.Negative));
        }

        Assert.Equal([2, 3, 4, 5, 6, 7], seen.Order());
    }

    [Theory]
    [InlineData("squared-euclidean")]
    [InlineData("euclidean")]
    [InlineData("cosine")]
    public void DistanceWeightedMine_ManyDraws_FollowsTheInverseOfHowFrequentADistanceIs(string name)
    {
        const int dimension = 8, steps = 30_000;
        // Anchor 0 with positive 1; 0.3 counts as 0.5, and 1.5 is not drawn.
        double[] euclidean = [0, 0.2, 0.3, 0.5, 0.7, 0.9, 1.2, 1.5];
        var row = euclidean.Select(d => name switch
        {
            "squared-euclidean" => (float)(d * d),
            "euclidean" => (float)d,
            _ => (float)(d * d / 2),
        }).ToArray();
        double Weight(double d) => d > 1.4 ? 0 : 1 / (Math.Pow(Math.Max(d, 0.5), dimension - 2)
            * Math.Pow(1 - (Math.Pow(Math.Max(d, 0.5), 2) / 4), (dimension - 3) / 2.0));
        var whole = euclidean[2..].Sum(Weight);

        var miner = new DistanceWeightedMiner(Distance.Parse(name), 0.3, dimension, 4);
        var drawn = new int[row.Length];
        for (var step = 0; step < steps; step++)
        {
            drawn[FirstPair(miner, row, step)]++;
        }

        for (var i = 2; i < row.Length; i++)
        {
            var expected = Weight(euclidean[i]) / whole;
            // Five standard deviations of a count.
            Assert.InRange(
                drawn[i] / (double)steps,
                expected - (5 * Math.Sqrt(expected * (1 - expected) / steps)),
                expected + (5 * Math.Sqrt(expected * (1 - expected) / steps)));
        }

        Assert.Equal(0, drawn[7]);
    }

    [Fact]
    public void DistanceWeightedMine_AllNegativesFar_DrawsUniformly()
    {
        float[] row = [0, 0.2f, 1.5f, 1.6f, 1.9f, 2f];
        var miner = new DistanceWeightedMiner(Distance.Euclidean, 0.3, 192, 4);
        var drawn = new int[row.Length];
        for (var step = 0; step < 4000; step++)
        {
            drawn[FirstPair(miner, row, step)]++;
        }

        Assert.All(drawn[2..], count => Assert.InRange(count, 850, 1150));
    }

    [Fact]
    public void DistanceWeightedMine_ManyDimensionsAndEqualRows_StaysWithTheNear()
    {
        // In 192 dimensions 1/q spans 60 powers of ten, and a cosine of 1 may come out above it.
        float[] row = [0, 0.1f, -1e-7f, 0.9f, 1.1f, 2f];
        var miner = new DistanceWeightedMiner(Distance.Cosine, 0.3, 192, 4);
        for (var step = 0; step < 100; step++)
        {
            Assert.Equal(2, FirstPair(miner, row, step));
        }
    }

    [Fact]
    public void Create_UnknownName_ListsTheNames()
    {
        var error = Assert.Throws<ModelException>(
            () => TripletMiner.Create("hardest", Distance.Cosine, 0.3, 16, 1));
        Assert.Contains("distance-weighted", error.Message, StringComparison.Ordinal);
        Assert.Throws<ModelException>(() => TripletMiner.Create("distance-weighted", Distance.Cosine, 0.3, 2, 1));
    }

    [Fact]
    public void MiningSchedule_Stages_FollowTheShareOfTheSteps()
    {
        var schedule = MiningSchedule.Parse("batch-all:0.1, semi-hard:0.7,batch-hard");
        Assert.Equal(["batch-all", "semi-hard", "batch-hard"], schedule.Miners);
        var used = Enumerable.Range(0, 1000).GroupBy(step => schedule.At(step, 1000)).ToArray();
        Assert.Equal(
            [("batch-all", 0, 99), ("semi-hard", 100, 699), ("batch-hard", 700, 999)],
            used.Select(stage => (stage.Key, stage.Min(), stage.Max())));
        Assert.All(Enumerable.Range(0, 9), step => Assert.Equal("random", MiningSchedule.Parse("random").At(step, 9)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hardest")]
    [InlineData("all,hard")]
    [InlineData("batch-all:0.5")]
    [InlineData("batch-all:0.5,batch-hard:1")]
    [InlineData("batch-all:0,batch-hard")]
    [InlineData("batch-all:1,batch-hard")]
    [InlineData("batch-all:0.6,semi-hard:0.4,batch-hard")]
    [InlineData("batch-all:x,batch-hard")]
    public void MiningSchedule_NotRisingOrUnknown_IsRefused(string text) =>
        Assert.Throws<ModelException>(() => MiningSchedule.Parse(text));

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Mine_DistanceNotFinite_SaysWhichRows(float bad)
    {
        var (distances, labels) = MiningOracle.RandomBatch(3, 5, 2);
        distances[13] = bad;
        var error = Assert.Throws<ModelException>(() => new SemiHardMiner(0.2).MineMatrix(distances, labels));
        Assert.Contains("rows 2 and 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mine_MatrixOfAnotherSize_Refuses()
    {
        Assert.Throws<ModelException>(() => new BatchHardMiner(0.2).MineMatrix(new float[8], [1L, 2, 3]));
        using var tensor = torch.zeros(new long[] { 3, 2 });
        Assert.Throws<ModelException>(() => new BatchHardMiner(0.2).Mine(tensor, [1L, 2, 3]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void Constructor_MarginNotAboveZero_Refuses(double margin) =>
        Assert.Throws<ModelException>(() => new SemiHardMiner(margin));

    [Fact]
    public void Mine_Tensor_EqualsItsValues()
    {
        var (distances, labels) = MiningOracle.RandomBatch(5, 21, 4);
        using var tensor = torch.tensor(distances, new long[] { 21, 21 });
        var miner = new SemiHardMiner(0.3);
        Assert.Equal(
            Triples(miner.MineMatrix(distances, labels).Triplets), Triples(miner.Mine(tensor, labels).Triplets));
    }

    private static TripletMiner Create(string name) =>
        TripletMiner.Create(name, Distance.SquaredEuclidean, 0.3, 16, 1);

    private static List<(long Anchor, long Positive, long Negative)> Triples(Triplets t) =>
        [.. Enumerable.Range(0, t.Count).Select(i => (t.Anchors[i], t.Positives[i], t.Negatives[i]))];

    /// <summary>Rows 0 and 1 are one speaker, the others are others; only row 0's distances matter.</summary>
    private static long NegativeOfFirstPair(float[] row, double margin) => FirstPair(new SemiHardMiner(margin), row, 0);

    private static long FirstPair(TripletMiner miner, float[] row, int step)
    {
        var distances = new float[row.Length * row.Length];
        row.CopyTo(distances, 0);
        var labels = new long[row.Length];
        for (var i = 2; i < labels.Length; i++)
        {
            labels[i] = i;
        }

        return Triples(miner.MineMatrix(distances, labels, step).Triplets).Single(t => t.Anchor == 0).Negative;
    }
}
