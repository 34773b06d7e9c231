using Speaker.Training.Distances;
using Speaker.Training.Mining;

namespace Speaker.Training.Tests.Mining;

/// <summary>Rows that have channels: positives across them, negatives within one.</summary>
public class ChannelMiningTests
{
    private const int Rows = 36;

    public static TheoryData<string> Miners => [.. TripletMiner.Names];

    [Theory]
    [MemberData(nameof(Miners))]
    public void Mine_WithChannels_NeverMixesThem(string name)
    {
        var seen = 0;
        for (var seed = 0; seed < 60; seed++)
        {
            var (distances, labels, channels) = Batch(seed);
            var miner = TripletMiner.Create(name, Distance.SquaredEuclidean, 0.3, 16, 5);
            var triplets = miner.MineMatrix(distances, labels, seed, channels).Triplets;
            for (var i = 0; i < triplets.Count; i++, seen++)
            {
                var (a, p, n) = (triplets.Anchors[i], triplets.Positives[i], triplets.Negatives[i]);
                Assert.Equal(labels[a], labels[p]);
                Assert.NotEqual(channels[a], channels[p]);
                Assert.NotEqual(labels[a], labels[n]);
                Assert.Equal(channels[a], channels[n]);
            }
        }

        Assert.True(seen > 0);
    }

    [Fact]
    public void BatchAll_WithChannels_IsEveryTripletOfTheDefinition()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var (distances, labels, channels) = Batch(seed);
            var expected = MiningOracle.All(labels).Where(t =>
                channels[t.Anchor] != channels[t.Positive] && channels[t.Anchor] == channels[t.Negative]);
            var triplets = new BatchAllMiner(0.3, 1).MineMatrix(distances, labels, 0, channels).Triplets;
            Assert.Equal(
                expected,
                Enumerable.Range(0, triplets.Count)
                    .Select(i => (triplets.Anchors[i], triplets.Positives[i], triplets.Negatives[i])));
        }
    }

    [Fact]
    public void SemiHard_WithChannels_IsWhatTheLoopGivesWhereOtherRowsAreOutOfReach()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var (distances, labels, channels) = Batch(seed);
            var triplets = new SemiHardMiner(0.3).MineMatrix(distances, labels, 0, channels).Triplets;
            for (var i = 0; i < triplets.Count; i++)
            {
                var (a, p, n) = (triplets.Anchors[i], triplets.Positives[i], triplets.Negatives[i]);
                var row = distances.AsSpan((int)a * Rows, Rows).ToArray();
                var negatives = Enumerable.Range(0, Rows)
                    .Where(x => labels[x] != labels[a] && channels[x] == channels[a]).ToArray();
                var window = negatives.Where(x => row[x] > row[p] && row[x] < row[p] + 0.3f).ToArray();
                var closer = negatives.Where(x => row[x] <= row[p]).ToArray();
                var expected = window.Length > 0 ? window.MinBy(x => row[x])
                    : closer.Length > 0 ? closer.MaxBy(x => row[x]) : negatives.MinBy(x => row[x]);
                Assert.Equal(expected, n);
            }
        }
    }

    [Fact]
    public void Mine_ChannelsOfAnotherCount_Throws()
    {
        var (distances, labels, _) = Batch(1);
        Assert.Throws<ModelException>(() => new SemiHardMiner(0.3).MineMatrix(distances, labels, 0, [1, 2]));
    }

    private static (float[] Distances, long[] Labels, long[] Channels) Batch(int seed)
    {
        var (distances, labels) = MiningOracle.RandomBatch(seed, Rows, 5);
        var random = new Random(seed + 1000);
        return (distances, labels, [.. labels.Select(_ => (long)random.Next(4))]);
    }
}
