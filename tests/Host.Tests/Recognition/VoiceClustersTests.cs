using Speaker.Host.Tests.Support;
using Speaker.Scoring;

namespace Speaker.Host.Tests.Recognition;

public sealed class VoiceClustersTests
{
    [Fact]
    public void Of_TwoVoicesAndAStranger_AreThreeGroups()
    {
        // Two in the plane of the first two axes, two of another voice, and one of a third.
        float[][] embeddings =
        [
            Vectors.AtDistance(0), [0, 0, 1, 0, 0, 0, 0, 0], Vectors.AtDistance(0.1), [0, 0, 0.99f, 0.141f, 0, 0, 0, 0],
            [0, 0, 0, 0, 0, 0, 0, 1],
        ];
        int[][] threeVoices = [[0, 2], [1, 3], [4]];
        int[][] allApart = [[0], [1], [2], [3], [4]];
        int[][] allTogether = [[0, 1, 2, 3, 4]];
        Assert.Equal(threeVoices, Cluster(embeddings, 0.3));
        Assert.Equal(allApart, Cluster(embeddings, 0.001));
        Assert.Equal(allTogether, Cluster(embeddings, 2));
        Assert.Empty(Cluster([], 1));
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.3)]
    [InlineData(0.6)]
    public void Of_RandomVectors_IsWhatThePlainDefinitionGives(double threshold)
    {
        var embeddings = Enumerable.Range(0, 40).Select(i => Vectors.Random(i, 3)).ToArray();
        Assert.Equal(ByDefinition(embeddings, threshold), Cluster(embeddings, threshold));
    }

    /// <summary>Every mean anew before every step.</summary>
    private static int[][] ByDefinition(float[][] embeddings, double threshold)
    {
        var groups = Enumerable.Range(0, embeddings.Length).Select(i => new List<int> { i }).ToList();
        while (groups.Count > 1)
        {
            var pairs =
                from a in groups
                from b in groups
                where a[0] < b[0]
                select (a, b, Mean: (from i in a
                                     from j in b
                                     select (double)Scorer.Cosine.Distance(embeddings[i], embeddings[j])).Average());
            var (one, other, mean) = pairs.MinBy(pair => pair.Mean);
            if (mean > threshold)
            {
                break;
            }

            one.AddRange(other);
            groups.Remove(other);
        }

        return [.. groups.Select(group => group.Order().ToArray()).OrderBy(group => group[0])];
    }

    private static int[][] Cluster(float[][] embeddings, double threshold) =>
    [
        .. VoiceClusters.Of(
                [.. embeddings.Select(Scorer.Cosine.Side)], Scorer.Cosine, threshold, CancellationToken.None)
            .Select(group => group.ToArray()),
    ];
}
