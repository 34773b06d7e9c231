using Speaker.Metrics;

namespace Speaker.Tests.Metrics;

public class ScoreHistogramTests
{
    [Fact]
    public void Of_ByHand_CountsFromEdgeToEdge()
    {
        // From 0 to 3 in 3 bins asked for: width 1; 1 belongs to the bin that begins there.
        var histogram = ScoreHistogram.Of([0, 0.5f, 1, 1.5f], [2.5f, 3], 3);
        Assert.Equal((0, 1), (histogram.Start, histogram.Width));
        Assert.Equal([0.5, 0.5, 0, 0], histogram.Targets);
        Assert.Equal([0, 0, 0.5, 0.5], histogram.Impostors);
    }

    [Fact]
    public void Of_RandomScores_IsACountOverEveryBin()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var (targets, impostors) = ErrorRatesTests.Scores(seed, 300, 500, seed % 2 == 0);
            var histogram = ScoreHistogram.Of(targets, impostors);
            Assert.InRange(histogram.Targets.Count, 30, 121);
            Assert.Equal(1, histogram.Targets.Sum(), 9);
            Assert.Equal(1, histogram.Impostors.Sum(), 9);
            for (var i = 0; i < histogram.Targets.Count; i++)
            {
                var (low, high) = (Edge(histogram, i), Edge(histogram, i + 1));
                Assert.Equal(Share(targets, low, high), histogram.Targets[i], 9);
                Assert.Equal(Share(impostors, low, high), histogram.Impostors[i], 9);
            }
        }
    }

    [Fact]
    public void Of_OneDistanceAlone_IsOneBin() => Assert.Single(ScoreHistogram.Of([1, 1], [1]).Targets);

    // As a multiple of the width, which is how a bin is found: start + i x width may round to the other side.
    private static double Edge(ScoreHistogram histogram, int i) =>
        (Math.Round(histogram.Start / histogram.Width) + i) * histogram.Width;

    private static double Share(float[] scores, double low, double high) =>
        (double)scores.Count(s => s >= low - 1e-9 && s < high - 1e-9) / scores.Length;
}
