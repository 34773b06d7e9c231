using Speaker.Inference;

namespace Speaker.Tests.Inference;

public class EmbeddingMeanTests
{
    [Fact]
    public void ToEmbedding_OfOne_IsItBitForBit()
    {
        float[] embedding = [0.6f, 0.8f, 1e-9f];

        var mean = EmbeddingMean.Empty.Add(embedding, 7).ToEmbedding();

        Assert.Equal(embedding, mean);
        Assert.NotSame(embedding, mean);
    }

    [Fact]
    public void ToEmbedding_OfSeveral_IsWeightedByFramesInAnyOrder()
    {
        var random = new Random(5);
        var parts = Enumerable.Range(1, 20)
            .Select(i => (Embedding: Unit(random, 32), Frames: random.Next(1, 6000))).ToArray();
        var expected = new double[32];
        foreach (var (embedding, frames) in parts)
        {
            for (var d = 0; d < expected.Length; d++)
            {
                expected[d] += (double)embedding[d] * frames;
            }
        }

        var length = Math.Sqrt(expected.Sum(value => value * value));
        foreach (var order in (IEnumerable<(float[] Embedding, int Frames)>[])[parts, parts.Reverse(), parts.OrderBy(p => p.Frames)])
        {
            var mean = order.Aggregate(EmbeddingMean.Empty, (sum, part) => sum.Add(part.Embedding, part.Frames));
            Assert.Equal(expected.Select(value => value / length), mean.ToEmbedding().Select(v => (double)v), (a, b) =>
                Math.Abs(a - b) < 1e-6);
        }
    }

    [Fact]
    public void Add_LeavesTheMeanItIsCalledOnAsItWas()
    {
        var one = EmbeddingMean.Empty.Add([1, 0], 3);
        var two = one.Add([0, 1], 3);

        Assert.Equal([1f, 0f], one.ToEmbedding());
        Assert.Equal(MathF.Sqrt(0.5f), two.ToEmbedding()[0], 1e-6f);
        Assert.Equal(two.ToEmbedding(), one.Add([0, 1], 3).ToEmbedding());
    }

    [Fact]
    public void ToEmbedding_OfNothingOrOfOpposites_Throws()
    {
        Assert.Throws<InvalidOperationException>(() => EmbeddingMean.Empty.ToEmbedding());
        Assert.Throws<ModelException>(() => EmbeddingMean.Empty.Add([1, 0], 5).Add([-1, 0], 5).ToEmbedding());
        Assert.Throws<ArgumentOutOfRangeException>(() => EmbeddingMean.Empty.Add([1, 0], 0));
        Assert.Throws<ArgumentException>(() => EmbeddingMean.Empty.Add([1, 0], 1).Add([1, 0, 0], 1));
    }

    private static float[] Unit(Random random, int dimension)
    {
        var vector = Enumerable.Range(0, dimension).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray();
        var length = MathF.Sqrt(vector.Sum(v => v * v));
        return [.. vector.Select(v => v / length)];
    }
}
