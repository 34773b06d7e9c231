using Speaker.Corpora;
using Speaker.Numerics;

namespace Speaker.Evaluation;

/// <summary>
/// Embeddings on a plane, near ones near: t-SNE (van der Maaten and Hinton, "Visualizing data using t-SNE", 2008),
/// exact, on the squared Euclidean distances of unit vectors, which are twice their cosine distances. Which points are
/// neighbours means something; how far apart groups lie, and how large they are, does not.
/// </summary>
internal static class EmbeddingMap
{
    /// <summary>Time and memory grow with the square of the points: more are thinned out to so many.</summary>
    public const int MostPoints = 1500;

    private const double Perplexity = 30;
    private const int Iterations = 500;
    private const int ExaggeratedIterations = 100;
    private const double Exaggeration = 12;

    /// <param name="items">What is on the map.</param>
    /// <param name="embeddings">Unit length, one an item, null where there is none.</param>
    /// <param name="cancellationToken">Looked at between steps.</param>
    internal static IReadOnlyList<MappedUtterance> Of(
        IReadOnlyList<EvaluationItem> items, float[]?[] embeddings, CancellationToken cancellationToken)
    {
        var kept = Enumerable.Range(0, items.Count).Where(i => embeddings[i] is not null).ToArray();
        if (kept.Length > MostPoints)
        {
            SplitRandom.For(1, SplitRandom.Key("map")).Shuffle<int>(kept);
            kept = [.. kept.Take(MostPoints).Order()];
        }

        var places = Place([.. kept.Select(i => embeddings[i]!)], cancellationToken);
        return [.. kept.Select((item, i) => new MappedUtterance(
            items[item].Name, items[item].Speaker, items[item].Corpus, places[i].X, places[i].Y))];
    }

    /// <summary>A place for each vector; the same vectors give the same map.</summary>
    /// <param name="vectors">[N][D].</param>
    /// <param name="cancellationToken">Looked at between steps.</param>
    public static (double X, double Y)[] Place(
        IReadOnlyList<float[]> vectors, CancellationToken cancellationToken = default)
    {
        var n = vectors.Count;
        if (n < 3)
        {
            return [.. Enumerable.Range(0, n).Select(i => ((double)i, 0.0))];
        }

        var joint = JointProbabilities(vectors, Math.Min(Perplexity, (n - 1) / 3.0), cancellationToken);
        // A start that is spread by the vectors themselves and not by chance: two seeded random projections.
        var places = Start(vectors);
        var (velocity, gains) = (new double[2 * n], new double[2 * n]);
        Array.Fill(gains, 1);
        // The rate that does not depend on the number of points (Belkina et al., 2019).
        var rate = Math.Max(n / Exaggeration / 4, 50);
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var early = iteration < ExaggeratedIterations;
            var gradient = Gradient(joint, places, early ? Exaggeration : 1);
            for (var i = 0; i < places.Length; i++)
            {
                gains[i] = Math.Sign(gradient[i]) == Math.Sign(velocity[i])
                    ? Math.Max(gains[i] * 0.8, 0.01)
                    : gains[i] + 0.2;
                velocity[i] = ((early ? 0.5 : 0.8) * velocity[i]) - (rate * gains[i] * gradient[i]);
                places[i] += velocity[i];
            }
        }

        return [.. Enumerable.Range(0, n).Select(i => (places[2 * i], places[(2 * i) + 1]))];
    }

    /// <summary>
    /// p(i, j), symmetric, all together 1: the mean of p(j | i) and p(i | j) over n, where p(. | i) falls off as a
    /// Gaussian of the distance whose width gives it the perplexity.
    /// </summary>
    internal static double[][] JointProbabilities(
        IReadOnlyList<float[]> vectors, double perplexity, CancellationToken cancellationToken = default)
    {
        var n = vectors.Count;
        var options = new ParallelOptions { CancellationToken = cancellationToken };
        var rows = new double[n][];
        Parallel.For(0, n, options, i =>
        {
            var distances = new double[n];
            for (var j = 0; j < n; j++)
            {
                distances[j] = SquaredDistance(vectors[i], vectors[j]);
            }

            rows[i] = Neighbourhood(distances, i, perplexity);
        });
        var joint = new double[n][];
        Parallel.For(0, n, options, i =>
        {
            joint[i] = new double[n];
            for (var j = 0; j < n; j++)
            {
                joint[i][j] = (rows[i][j] + rows[j][i]) / (2 * n);
            }
        });
        return joint;
    }

    /// <summary>The divergence KL(P || Q) of the map from the vectors, which the places minimise.</summary>
    internal static double Divergence(double[][] joint, double[] places)
    {
        var n = joint.Length;
        var total = TotalAffinity(places, n);
        var sum = 0.0;
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                if (i != j && joint[i][j] > 0)
                {
                    sum += joint[i][j] * Math.Log(joint[i][j] * total / Affinity(places, i, j));
                }
            }
        }

        return sum;
    }

    /// <summary>The gradient of <see cref="Divergence"/> by the places, with P times a factor.</summary>
    internal static double[] Gradient(double[][] joint, double[] places, double exaggeration)
    {
        var n = joint.Length;
        var total = TotalAffinity(places, n);
        var gradient = new double[places.Length];
        Parallel.For(0, n, i =>
        {
            var (x, y) = (0.0, 0.0);
            for (var j = 0; j < n; j++)
            {
                var affinity = Affinity(places, i, j);
                var pull = 4 * ((exaggeration * joint[i][j]) - (affinity / total)) * affinity;
                x += pull * (places[2 * i] - places[2 * j]);
                y += pull * (places[(2 * i) + 1] - places[(2 * j) + 1]);
            }

            (gradient[2 * i], gradient[(2 * i) + 1]) = (x, y);
        });
        return gradient;
    }

    /// <summary>Over all pairs of two points; rows are added up in order, so that threads do not change the last
    /// digit.</summary>
    private static double TotalAffinity(double[] places, int n)
    {
        var rows = new double[n];
        Parallel.For(0, n, i =>
        {
            var sum = -1.0; // a point with itself
            for (var j = 0; j < n; j++)
            {
                sum += Affinity(places, i, j);
            }

            rows[i] = sum;
        });
        return rows.Sum();
    }

    /// <summary>The kernel of Student's distribution with one degree of freedom.</summary>
    private static double Affinity(double[] places, int i, int j)
    {
        var x = places[2 * i] - places[2 * j];
        var y = places[(2 * i) + 1] - places[(2 * j) + 1];
        return 1 / (1 + (x * x) + (y * y));
    }

    private static double[] Neighbourhood(double[] distances, int self, double perplexity)
    {
        var row = new double[distances.Length];
        var (low, high, precision) = (0.0, double.PositiveInfinity, 1.0);
        // Entropy falls as the precision grows; 60 halvings are more than the digits of a double need.
        for (var step = 0; step < 60; step++)
        {
            var entropy = Fill(row, distances, self, precision);
            (low, high) = entropy > Math.Log(perplexity) ? (precision, high) : (low, precision);
            precision = double.IsInfinity(high) ? precision * 2 : (low + high) / 2;
        }

        return row;
    }

    private static double Fill(double[] row, double[] distances, int self, double precision)
    {
        var nearest = double.PositiveInfinity;
        for (var j = 0; j < row.Length; j++)
        {
            nearest = j == self ? nearest : Math.Min(nearest, distances[j]);
        }

        var (sum, weighted) = (0.0, 0.0);
        for (var j = 0; j < row.Length; j++)
        {
            row[j] = j == self ? 0 : Math.Exp(-precision * (distances[j] - nearest));
            sum += row[j];
            weighted += row[j] * (distances[j] - nearest);
        }

        for (var j = 0; j < row.Length; j++)
        {
            row[j] /= sum;
        }

        return Math.Log(sum) + (precision * weighted / sum);
    }

    private static double SquaredDistance(float[] a, float[] b)
    {
        var sum = 0.0;
        for (var k = 0; k < a.Length; k++)
        {
            sum += (a[k] - b[k]) * (double)(a[k] - b[k]);
        }

        return sum;
    }

    private static double[] Start(IReadOnlyList<float[]> vectors)
    {
        var random = SplitRandom.For(1, SplitRandom.Key("t-SNE"));
        var directions = vectors[0].Select(_ => random.NextGaussians()).ToArray();
        var places = new double[2 * vectors.Count];
        for (var i = 0; i < vectors.Count; i++)
        {
            for (var k = 0; k < directions.Length; k++)
            {
                places[2 * i] += 1e-2 * directions[k].First * vectors[i][k];
                places[(2 * i) + 1] += 1e-2 * directions[k].Second * vectors[i][k];
            }
        }

        return places;
    }
}
