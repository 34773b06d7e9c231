using Speaker.Scoring;

namespace Speaker.Tests.Scoring;

public sealed class ClassicalScalingTests
{
    /// <summary>Points of a plane come back with their distances, whatever their number.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(150)]
    public void Place_DistancesOfPointsOfAPlane_AreThoseOfThePlaces(int count)
    {
        var random = new Random(count);
        var points = Enumerable.Range(0, count)
            .Select(_ => (X: random.NextDouble() * 3, Y: random.NextDouble())).ToArray();
        var plane = ClassicalScaling.Place(Distances(points), CancellationToken.None);
        Assert.Equal(1, plane.Share, 6);
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < count; j++)
            {
                Assert.Equal(Squared(points[i], points[j]), Squared(plane.Places[i], plane.Places[j]), 6);
            }
        }
    }

    /// <summary>Four corners of a tetrahedron: all are as far from each other, and no plane shows that.</summary>
    [Fact]
    public void Place_DistancesOfNoPlane_SaysHowMuchOfThemItShows()
    {
        var plane = ClassicalScaling.Place(
            [[0, 1, 1, 1], [1, 0, 1, 1], [1, 1, 0, 1], [1, 1, 1, 0]], CancellationToken.None);
        Assert.Equal(2.0 / 3, plane.Share, 6);
    }

    /// <summary>The spread along an axis against plain power iterations on the same products.</summary>
    [Fact]
    public void Place_RandomUnitVectors_HasTheLargestSpreadsOnItsAxes()
    {
        var random = new Random(5);
        var vectors = Enumerable.Range(0, 60).Select(_ =>
        {
            double[] vector = [.. Enumerable.Range(0, 12).Select(k => (random.NextDouble() - 0.5) * (k < 2 ? 4 : 1))];
            var length = Math.Sqrt(vector.Sum(value => value * value));
            return vector.Select(value => value / length).ToArray();
        }).ToArray();
        double[][] distances = [.. vectors.Select(
            one => vectors.Select(other => 1 - one.Zip(other, (a, b) => a * b).Sum()).ToArray())];
        var plane = ClassicalScaling.Place(distances, CancellationToken.None);
        var mean = Enumerable.Range(0, 12).Select(k => vectors.Average(vector => vector[k])).ToArray();
        double[][] centred = [.. vectors.Select(vector => vector.Zip(mean, (a, b) => a - b).ToArray())];
        var first = LargestVariance(centred, null, out var direction);
        var second = LargestVariance(centred, direction, out _);
        Assert.Equal(first, plane.Places.Sum(place => place.X * place.X), 6);
        Assert.Equal(second, plane.Places.Sum(place => place.Y * place.Y), 6);
    }

    [Fact]
    public void Place_NoneOneAndCopies_LieTogether()
    {
        Assert.Empty(ClassicalScaling.Place([], CancellationToken.None).Places);
        Assert.Equal((0, 0), Assert.Single(ClassicalScaling.Place([[0]], CancellationToken.None).Places));
        Assert.All(
            ClassicalScaling.Place([[0, 0, 0], [0, 0, 0], [0, 0, 0]], CancellationToken.None).Places,
            place => Assert.Equal((0, 0), place));
        // A normalised distance may be below 0.
        var plane = ClassicalScaling.Place([[0, -0.2, 0.8], [-0.2, 0, 0.8], [0.8, 0.8, 0]], CancellationToken.None);
        Assert.Equal(0, Squared(plane.Places[0], plane.Places[1]), 6);
        Assert.True(Squared(plane.Places[0], plane.Places[2]) > 1);
    }

    /// <summary>1 − cosine is half a squared distance.</summary>
    private static double[][] Distances((double X, double Y)[] points) =>
        [.. points.Select(one => points.Select(other => Squared(one, other) / 2).ToArray())];

    private static double Squared((double X, double Y) one, (double X, double Y) other) =>
        ((one.X - other.X) * (one.X - other.X)) + ((one.Y - other.Y) * (one.Y - other.Y));

    private static double LargestVariance(double[][] rows, double[]? without, out double[] direction)
    {
        double[] found = [.. Enumerable.Range(0, rows[0].Length).Select(k => 1.0 + k)];
        var variance = 0.0;
        for (var step = 0; step < 5000; step++)
        {
            if (without is not null)
            {
                var along = found.Zip(without, (a, b) => a * b).Sum();
                found = [.. found.Zip(without, (a, b) => a - (along * b))];
            }

            var next = new double[found.Length];
            foreach (var row in rows)
            {
                var along = row.Zip(found, (a, b) => a * b).Sum();
                for (var k = 0; k < next.Length; k++)
                {
                    next[k] += along * row[k];
                }
            }

            variance = Math.Sqrt(next.Sum(value => value * value));
            found = [.. next.Select(value => value / variance)];
        }

        direction = found;
        return variance;
    }
}
