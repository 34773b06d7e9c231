namespace Speaker.Numerics;

/// <summary>Linear equations with a symmetric, positive definite matrix, by Cholesky's method.</summary>
internal static class SymmetricSystem
{
    /// <summary>Solves A x = b.</summary>
    /// <param name="a">Symmetric, positive definite; the lower half is read and overwritten.</param>
    /// <param name="b">Overwritten by x.</param>
    /// <returns><paramref name="b"/>.</returns>
    public static double[] Solve(double[,] a, double[] b)
    {
        var size = b.Length;
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                for (var k = 0; k < j; k++)
                {
                    a[i, j] -= a[i, k] * a[j, k];
                }

                // What rounding leaves of a direction that nothing varies in must not become a negative root.
                a[i, j] = i == j ? Math.Sqrt(Math.Max(a[i, i], 1e-18)) : a[i, j] / a[j, j];
            }
        }

        for (var i = 0; i < size; i++)
        {
            for (var k = 0; k < i; k++)
            {
                b[i] -= a[i, k] * b[k];
            }

            b[i] /= a[i, i];
        }

        for (var i = size - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < size; k++)
            {
                b[i] -= a[k, i] * b[k];
            }

            b[i] /= a[i, i];
        }

        return b;
    }
}
