using Speaker.Numerics;

namespace Speaker.Scoring;

/// <summary>Places on a plane, as <see cref="ClassicalScaling"/> gives them.</summary>
/// <param name="Places">One a recording; their mean is 0.</param>
/// <param name="Share">How much of the spread the plane shows, 0 to 1.</param>
internal sealed record PlaneOfRecordings(IReadOnlyList<(double X, double Y)> Places, double Share);

/// <summary>
/// Recordings on a plane by their distances: classical multidimensional scaling (Torgerson, "Multidimensional scaling: I.
/// Theory and method", 1952). 1 − cosine is half a squared Euclidean distance, so for a model without a cohort the plane
/// is that of the first two principal components of the embeddings, and a squared distance on it is at most that of the
/// scorer. Unlike the map of <c>eval</c> it keeps how far groups lie apart, and does with few recordings.
/// </summary>
internal static class ClassicalScaling
{
    /// <summary>Far more than the plane needs; the rest of the spread is what they do not reach.</summary>
    private const int MostSteps = 100;

    private const double Negligible = 1e-10;

    /// <param name="distances">[N][N], symmetric; those of normalised scores may be below 0.</param>
    /// <param name="cancellationToken">Looked at between steps.</param>
    public static PlaneOfRecordings Place(double[][] distances, CancellationToken cancellationToken)
    {
        var products = InnerProducts(distances);
        var spread = Enumerable.Range(0, products.Length).Sum(i => products[i][i]);
        var first = Axis(products, "first", cancellationToken);
        var second = Axis(products, "second", cancellationToken);
        return new PlaneOfRecordings(
            [.. first.Values.Zip(second.Values)],
            spread > 0 ? Math.Clamp((first.Spread + second.Spread) / spread, 0, 1) : 1);
    }

    /// <summary>Those of the places about their mean: −½ of the distances with the means of rows, columns and all taken
    /// out.</summary>
    private static double[][] InnerProducts(double[][] distances)
    {
        var n = distances.Length;
        // Below 0 there is no place for anything: all are as much farther.
        var nearest = distances.SelectMany((row, i) => row.Where((_, j) => i != j)).Append(0).Min();
        double Squared(int i, int j) => i == j ? 0 : 2 * (distances[i][j] - nearest);
        var means = Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Average(j => Squared(i, j))).ToArray();
        var all = means.DefaultIfEmpty(0).Average();
        return
        [
            .. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n)
                .Select(j => -0.5 * (Squared(i, j) - means[i] - means[j] + all)).ToArray()),
        ];
    }

    /// <summary>The direction of the largest spread that is left, which is then taken out of the products; zeros where
    /// none is.</summary>
    private static (double[] Values, double Spread) Axis(
        double[][] products, string name, CancellationToken cancellationToken)
    {
        var n = products.Length;
        var (spread, direction) = Largest(products, name, cancellationToken);
        if (!(spread > Negligible * n))
        {
            return (new double[n], 0);
        }

        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                products[i][j] -= spread * direction[i] * direction[j];
            }
        }

        // The sign is anybody's: the recording that is farthest out lies to the right, or on top.
        var outermost = direction.MaxBy(Math.Abs);
        return ([.. direction.Select(value => value * Math.Sqrt(spread) * Math.Sign(outermost))], spread);
    }

    /// <summary>The largest eigenvalue and its vector, of unit length, by the method of Lanczos with full
    /// reorthogonalisation.</summary>
    private static (double Value, double[] Vector) Largest(
        double[][] matrix, string name, CancellationToken cancellationToken)
    {
        var n = matrix.Length;
        var random = SplitRandom.For(1, SplitRandom.Key("classical scaling, " + name));
        var basis = new List<double[]>();
        var (diagonal, beside) = (new List<double>(), new List<double>());
        double[] next = [.. Enumerable.Range(0, n).Select(_ => random.Uniform(-1, 1))];
        var length = Normalise(next);
        while (basis.Count < Math.Min(n, MostSteps) && length > Negligible)
        {
            cancellationToken.ThrowIfCancellationRequested();
            basis.Add(next);
            var product = Multiply(matrix, next);
            diagonal.Add(Dot(product, next));
            // Twice is enough (Parlett, 1980).
            for (var pass = 0; pass < 2; pass++)
            {
                foreach (var known in basis)
                {
                    var along = Dot(product, known);
                    for (var i = 0; i < n; i++)
                    {
                        product[i] -= along * known[i];
                    }
                }
            }

            length = Normalise(product);
            beside.Add(length);
            next = product;
        }

        var (value, weights) = Largest(diagonal, beside);
        var vector = new double[n];
        for (var k = 0; k < basis.Count; k++)
        {
            for (var i = 0; i < n; i++)
            {
                vector[i] += weights[k] * basis[k][i];
            }
        }

        return (value, vector);
    }

    /// <summary>The same of a tridiagonal matrix: the value by bisection on Sturm's sequence, the vector by inverse
    /// iteration.</summary>
    private static (double Value, double[] Vector) Largest(List<double> diagonal, List<double> beside)
    {
        var m = diagonal.Count;
        if (m == 0)
        {
            return (0, []);
        }

        var reach = Enumerable.Range(0, m).Max(
            i => Math.Abs(diagonal[i]) + (i > 0 ? beside[i - 1] : 0) + (i < m - 1 ? beside[i] : 0));
        var (low, high) = (-reach, reach);
        for (var halving = 0; halving < 100; halving++)
        {
            var middle = (low + high) / 2;
            (low, high) = IsAboveAll(middle, diagonal, beside) ? (low, middle) : (middle, high);
        }

        // A little above, so that there is something to divide by.
        var shift = high + (Math.Max(reach, double.Epsilon) * 1e-12);
        var vector = Enumerable.Repeat(1.0, m).ToArray();
        for (var iteration = 0; iteration < 4; iteration++)
        {
            Solve(shift, diagonal, beside, vector);
            Normalise(vector);
        }

        return ((low + high) / 2, vector);
    }

    /// <summary>Whether a number is above every eigenvalue: then x − T is positive definite.</summary>
    private static bool IsAboveAll(double x, List<double> diagonal, List<double> beside)
    {
        var pivot = 1.0;
        for (var i = 0; i < diagonal.Count; i++)
        {
            pivot = x - diagonal[i] - (i > 0 ? beside[i - 1] * beside[i - 1] / pivot : 0);
            if (!(pivot > 0))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>(x − T) v = b in place of b, by elimination; x is above every eigenvalue, so that no pivot is 0.</summary>
    private static void Solve(double x, List<double> diagonal, List<double> beside, double[] vector)
    {
        var m = vector.Length;
        var pivots = new double[m];
        for (var i = 0; i < m; i++)
        {
            var factor = i > 0 ? -beside[i - 1] / pivots[i - 1] : 0;
            pivots[i] = Math.Max(x - diagonal[i] + (i > 0 ? factor * beside[i - 1] : 0), double.Epsilon);
            vector[i] -= i > 0 ? factor * vector[i - 1] : 0;
        }

        for (var i = m - 1; i >= 0; i--)
        {
            vector[i] = (vector[i] + (i < m - 1 ? beside[i] * vector[i + 1] : 0)) / pivots[i];
        }
    }

    private static double[] Multiply(double[][] matrix, double[] vector) =>
        [.. matrix.Select(row => Dot(row, vector))];

    private static double Dot(double[] one, double[] other)
    {
        var sum = 0.0;
        for (var i = 0; i < one.Length; i++)
        {
            sum += one[i] * other[i];
        }

        return sum;
    }

    /// <summary>Gives a vector unit length; returns what it had.</summary>
    private static double Normalise(double[] vector)
    {
        var length = Math.Sqrt(Dot(vector, vector));
        if (length > 0)
        {
            for (var i = 0; i < vector.Length; i++)
            {
                vector[i] /= length;
            }
        }

        return length;
    }
}
