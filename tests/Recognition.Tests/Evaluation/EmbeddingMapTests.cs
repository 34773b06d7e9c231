using Speaker.Evaluation;
using Speaker.Numerics;

namespace Speaker.Tests.Evaluation;

public class EmbeddingMapTests
{
    [Fact]
    public void JointProbabilities_OfEachPoint_HaveThePerplexityAskedFor()
    {
        var vectors = Clusters(1, 3, 10, 0.6);
        var joint = EmbeddingMap.JointProbabilities(vectors, 5);
        Assert.Equal(1, joint.Sum(row => row.Sum()), 9);
        // Written out for one point: the Gaussian of its distances whose entropy is log 5, found by a fine search.
        double[] Conditional(int i, double precision)
        {
            var weights = vectors
                .Select((v, j) => j == i ? 0 : Math.Exp(-precision * Squared(vectors[i], v))).ToArray();
            return [.. weights.Select(w => w / weights.Sum())];
        }

        double[] Row(int i)
        {
            double Perplexity(double precision) =>
                Math.Exp(-Conditional(i, precision).Where(p => p > 0).Sum(p => p * Math.Log(p)));
            var (low, high) = (1e-3, 1e4);
            for (var step = 0; step < 200; step++)
            {
                var middle = Math.Sqrt(low * high);
                (low, high) = Perplexity(middle) > 5 ? (middle, high) : (low, middle);
            }

            return Conditional(i, low);
        }

        var (first, other) = (Row(4), Row(17));
        Assert.Equal((first[17] + other[4]) / (2 * vectors.Length), joint[4][17], 1e-9);
        Assert.Equal(joint[4][17], joint[17][4]);
    }

    [Fact]
    public void Gradient_AnyPlaces_IsThatOfFiniteDifferences()
    {
        var joint = EmbeddingMap.JointProbabilities(Clusters(2, 2, 6, 0.5), 3);
        var random = SplitRandom.For(5);
        var places = Enumerable.Range(0, 24).Select(_ => random.Uniform(-2, 2)).ToArray();
        var gradient = EmbeddingMap.Gradient(joint, places, 1);
        for (var k = 0; k < places.Length; k++)
        {
            double At(double value)
            {
                var moved = places.ToArray();
                moved[k] = value;
                return EmbeddingMap.Divergence(joint, moved);
            }

            Assert.Equal((At(places[k] + 1e-5) - At(places[k] - 1e-5)) / 2e-5, gradient[k], 1e-6);
        }
    }

    [Fact]
    public void Place_SpeakersApart_PutsEachBesideTheirOwn()
    {
        var vectors = Clusters(3, 6, 20, 0.4);
        var places = EmbeddingMap.Place(vectors);
        for (var i = 0; i < places.Length; i++)
        {
            var nearest = Enumerable.Range(0, places.Length).Where(j => j != i).MinBy(j =>
                Math.Pow(places[i].X - places[j].X, 2) + Math.Pow(places[i].Y - places[j].Y, 2));
            Assert.Equal(i / 20, nearest / 20);
        }

        Assert.Equal(places, EmbeddingMap.Place(vectors));
    }

    [Fact]
    public void Place_TwoPoints_AreTwoPlaces() =>
        Assert.Equal(2, EmbeddingMap.Place([[1, 0], [0, 1]]).Distinct().Count());

    /// <summary>Unit vectors of 16 numbers about a direction for each cluster.</summary>
    private static float[][] Clusters(int seed, int clusters, int points, double spread)
    {
        var random = SplitRandom.For(seed, 31);
        float[] Direction() => [.. Enumerable.Range(0, 16).Select(_ => random.NextGaussians().First)];
        return [.. Enumerable.Range(0, clusters).Select(_ => Direction()).SelectMany(centre =>
            Enumerable.Range(0, points).Select(_ =>
            {
                var vector = centre.Zip(Direction(), (c, d) => c + (spread * d)).ToArray();
                var norm = Math.Sqrt(vector.Sum(v => v * v));
                return vector.Select(v => (float)(v / norm)).ToArray();
            }))];
    }

    private static double Squared(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Pow(x - (double)y, 2)).Sum();
}
