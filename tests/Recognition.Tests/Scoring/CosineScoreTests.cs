using Speaker.Scoring;

namespace Speaker.Tests.Scoring;

public class CosineScoreTests
{
    [Fact]
    public void Distance_RandomVectors_EqualsNaiveLoops()
    {
        var random = new Random(3);
        for (var trial = 0; trial < 20; trial++)
        {
            var a = Enumerable.Range(0, 192).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray();
            var b = Enumerable.Range(0, 192).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray();
            double dot = 0, squaresOfA = 0, squaresOfB = 0;
            for (var i = 0; i < a.Length; i++)
            {
                dot += (double)a[i] * b[i];
                squaresOfA += (double)a[i] * a[i];
                squaresOfB += (double)b[i] * b[i];
            }

            Assert.Equal(1 - (dot / Math.Sqrt(squaresOfA * squaresOfB)), CosineScore.Distance(a, b), 2e-6);
        }
    }

    [Fact]
    public void Distance_EqualOppositeAndZeroVectors_IsZeroTwoAndOne()
    {
        Assert.Equal(0, CosineScore.Distance([0.6f, 0.8f], [0.6f, 0.8f]), 1e-6f);
        Assert.Equal(2, CosineScore.Distance([0.6f, 0.8f], [-0.6f, -0.8f]), 1e-6f);
        Assert.Equal(1, CosineScore.Distance([0, 0], [3, 4]));
    }

    [Fact]
    public void Distance_OtherDimensions_Refuses()
    {
        Assert.Throws<ModelException>(() => CosineScore.Distance([1, 2], [1, 2, 3]));
        Assert.Throws<ModelException>(() => CosineScore.Distance([], []));
    }
}
