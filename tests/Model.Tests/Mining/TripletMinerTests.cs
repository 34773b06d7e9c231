using Speaker.Model.Mining;
using TorchSharp;

namespace Speaker.Model.Tests.Mining;

public class TripletMinerTests
{
    public static TheoryData<string> Miners => ["semi-hard", "hard", "random"];

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
                Assert.Equal(
                    MiningOracle.SemiHard(distances, labels, margin).Order(),
                    Triples(new SemiHardMiner(margin).MineMatrix(distances, labels).Triplets).Order());
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
                Triples(new HardMiner(0.2).MineMatrix(distances, labels).Triplets));
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
            var (distances, labels) = MiningOracle.RandomBatch(seed, 24, 1 + (seed % 8), seed % 2 == 0 ? 0.5f : 0);
            foreach (var (a, p, n) in Triples(Create(name).MineMatrix(distances, labels).Triplets))
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

    [Fact]
    public void RandomMine_EqualSeeds_GivesEqualTriplets()
    {
        var (distances, labels) = MiningOracle.RandomBatch(3, 30, 5);
        var first = Triples(new RandomMiner(0.3, 9).MineMatrix(distances, labels).Triplets);
        Assert.Equal(first, Triples(new RandomMiner(0.3, 9).MineMatrix(distances, labels).Triplets));
        Assert.NotEqual(first, Triples(new RandomMiner(0.3, 10).MineMatrix(distances, labels).Triplets));
    }

    [Fact]
    public void RandomMine_ManyDraws_ReachesEveryNegative()
    {
        var (distances, _) = MiningOracle.RandomBatch(3, 8, 2);
        long[] labels = [0, 0, 1, 1, 1, 2, 2, 2];
        var miner = new RandomMiner(0.3, 1);
        var seen = new HashSet<long>();
        for (var i = 0; i < 100; i++)
            seen.UnionWith(Triples(miner.MineMatrix(distances, labels).Triplets)
                .Where(t => t.Anchor == 0).Select(t => t.Negative));
        Assert.Equal([2, 3, 4, 5, 6, 7], seen.Order());
    }

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
        Assert.Throws<ModelException>(() => new HardMiner(0.2).MineMatrix(new float[8], [1L, 2, 3]));
        using var tensor = torch.zeros(new long[] { 3, 2 });
        Assert.Throws<ModelException>(() => new HardMiner(0.2).Mine(tensor, [1L, 2, 3]));
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

    private static TripletMiner Create(string name) => name switch
    {
        "semi-hard" => new SemiHardMiner(0.3),
        "hard" => new HardMiner(0.3),
        _ => new RandomMiner(0.3, 1),
    };

    private static List<(long Anchor, long Positive, long Negative)> Triples(Triplets t) =>
        [.. Enumerable.Range(0, t.Count).Select(i => (t.Anchors[i], t.Positives[i], t.Negatives[i]))];

    /// <summary>Rows 0 and 1 are one speaker, the others are others; only row 0's distances matter.</summary>
    private static long NegativeOfFirstPair(float[] row, double margin)
    {
        var distances = new float[row.Length * row.Length];
        row.CopyTo(distances, 0);
        var labels = new long[row.Length];
        for (var i = 2; i < labels.Length; i++)
            labels[i] = i;
        return Triples(new SemiHardMiner(margin).MineMatrix(distances, labels).Triplets).Single(t => t.Anchor == 0).Negative;
    }
}
