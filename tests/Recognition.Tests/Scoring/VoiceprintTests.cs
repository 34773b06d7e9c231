using Speaker.Scoring;

namespace Speaker.Tests.Scoring;

public class VoiceprintTests
{
    [Fact]
    public void Centroid_RandomEmbeddings_EqualsNormaliseAverageNormalise()
    {
        var random = new Random(1);
        var embeddings = Enumerable.Range(0, 5)
            .Select(i => Enumerable.Range(0, 48).Select(_ => ((random.NextSingle() * 2) - 1) * (i + 1)).ToArray())
            .ToArray();
        var expected = new double[48];
        foreach (var embedding in embeddings)
        {
            var norm = Math.Sqrt(embedding.Sum(v => (double)v * v));
            for (var i = 0; i < 48; i++)
            {
                expected[i] += embedding[i] / norm;
            }
        }

        var length = Math.Sqrt(expected.Sum(v => v * v));
        var centroid = Voiceprint.Centroid(embeddings);
        for (var i = 0; i < 48; i++)
        {
            Assert.Equal(expected[i] / length, centroid[i], 1e-6);
        }
    }

    [Fact]
    public void Centroid_OneLoudUtterance_CountsOnce()
    {
        var centroid = Voiceprint.Centroid([[400, 0], [0, 1]]);
        Assert.Equal(Math.Sqrt(0.5), centroid[0], 1e-6);
        Assert.Equal(Math.Sqrt(0.5), centroid[1], 1e-6);
    }

    [Fact]
    public void Centroid_Input_IsLeftAsItIs()
    {
        float[] embedding = [3, 4];
        Voiceprint.Centroid([embedding]);
        Assert.Equal([3, 4], embedding);
    }

    [Fact]
    public void Centroid_NothingToAverage_Refuses()
    {
        Assert.Throws<ModelException>(() => Voiceprint.Centroid([]));
        Assert.Throws<ModelException>(() => Voiceprint.Centroid([[0, 0]]));
        Assert.Throws<ModelException>(() => Voiceprint.Centroid([[float.NaN, 1]]));
        Assert.Throws<ModelException>(() => Voiceprint.Centroid([[1, 0], [-1, 0]]));
        Assert.Throws<ModelException>(() => Voiceprint.Centroid([[1, 0], [1, 0, 0]]));
    }

    [Fact]
    public void Distance_KnownAngles_IsOneMinusCosine()
    {
        Assert.Equal(0, Scorer.Cosine.Distance([1, 0], [5, 0]), 1e-6f);
        Assert.Equal(1, Scorer.Cosine.Distance([1, 0], [0, 2]), 1e-6f);
        Assert.Equal(2, Scorer.Cosine.Distance([1, 0], [-3, 0]), 1e-6f);
        Assert.Equal(1 - MathF.Sqrt(0.5f), Scorer.Cosine.Distance([1, 0], [1, 1]), 1e-6f);
    }

    [Fact]
    public void IsAccepted_AtTheThreshold_Accepts()
    {
        Assert.True(Scorer.IsAccepted(0.4f, 0.4f));
        Assert.False(Scorer.IsAccepted(MathF.BitIncrement(0.4f), 0.4f));
        Assert.False(Scorer.IsAccepted(float.NaN, 0.4f));
    }
}
