using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Speaker.Audio.Numerics;

/// <summary>
/// Complex discrete Fourier transform of a power-of-two length, in single precision on separate real and imaginary
/// arrays: Stockham's self-sorting radix-4 form, whose inner loop runs over neighbours and so fits vector registers.
/// </summary>
/// <remarks>Not thread safe: the work arrays are reused. One instance, one thread.</remarks>
internal sealed class FourierTransform
{
    private readonly float[] _workReal;
    private readonly float[] _workImaginary;

    // For each radix-4 stage the factors w, w^2, w^3 of each p, six numbers at 6p.
    private readonly float[][] _factors;

    public FourierTransform(int size)
    {
        if (size < 4 || !BitOperations.IsPow2(size))
        {
            throw new ArgumentOutOfRangeException(nameof(size), size, "The length must be a power of two, 4 or more.");
        }

        Size = size;
        _workReal = new float[size];
        _workImaginary = new float[size];
        var stages = new List<float[]>();
        for (var n = size; n >= 4; n /= 4)
        {
            var factors = new float[6 * (n / 4)];
            for (var p = 0; p < n / 4; p++)
            {
                for (var power = 1; power <= 3; power++)
                {
                    var (sine, cosine) = Math.SinCos(-2 * Math.PI * p * power / n);
                    factors[(6 * p) + (2 * power) - 2] = (float)cosine;
                    factors[(6 * p) + (2 * power) - 1] = (float)sine;
                }
            }

            stages.Add(factors);
        }

        _factors = [.. stages];
    }

    public int Size { get; }

    /// <summary>In place, X[k] = sum x[n] e^(-2 pi i k n / N).</summary>
    public void Forward(float[] real, float[] imaginary) => Run(real, imaginary);

    /// <summary>In place, without the division by N.</summary>
    public void InverseUnscaled(float[] real, float[] imaginary) => Run(imaginary, real);

    private void Run(float[] real, float[] imaginary)
    {
        var (xr, xi, yr, yi) = (real, imaginary, _workReal, _workImaginary);
        var (n, s) = (Size, 1);
        foreach (var factors in _factors)
        {
            switch (s)
            {
                case 1:
                    ScalarStage(xr, xi, yr, yi, factors, n / 4);
                    break;
                case 4:
                    NarrowStage(xr, xi, yr, yi, factors, n / 4);
                    break;
                default:
                    WideStage(xr, xi, yr, yi, factors, n / 4, s);
                    break;
            }

            (xr, yr) = (yr, xr);
            (xi, yi) = (yi, xi);
            (n, s) = (n / 4, s * 4);
        }

        if (n == 2)
        {
            for (var q = 0; q < s; q++)
            {
                (yr[q], yr[q + s]) = (xr[q] + xr[q + s], xr[q] - xr[q + s]);
                (yi[q], yi[q + s]) = (xi[q] + xi[q + s], xi[q] - xi[q + s]);
            }

            (xr, xi) = (yr, yi);
        }

        if (!ReferenceEquals(xr, real))
        {
            Array.Copy(xr, real, Size);
            Array.Copy(xi, imaginary, Size);
        }
    }

    private static void ScalarStage(float[] xr, float[] xi, float[] yr, float[] yi, float[] factors, int m)
    {
        for (var p = 0; p < m; p++)
        {
            var (sumR, sumI) = (xr[p] + xr[p + (2 * m)], xi[p] + xi[p + (2 * m)]);
            var (gapR, gapI) = (xr[p] - xr[p + (2 * m)], xi[p] - xi[p + (2 * m)]);
            var (oddR, oddI) = (xr[p + m] + xr[p + (3 * m)], xi[p + m] + xi[p + (3 * m)]);
            // j (b - d)
            var (turnR, turnI) = (xi[p + (3 * m)] - xi[p + m], xr[p + m] - xr[p + (3 * m)]);
            var w = factors.AsSpan(6 * p, 6);
            yr[4 * p] = sumR + oddR;
            yi[4 * p] = sumI + oddI;
            var (ar, ai) = (gapR - turnR, gapI - turnI);
            yr[(4 * p) + 1] = (w[0] * ar) - (w[1] * ai);
            yi[(4 * p) + 1] = (w[0] * ai) + (w[1] * ar);
            var (br, bi) = (sumR - oddR, sumI - oddI);
            yr[(4 * p) + 2] = (w[2] * br) - (w[3] * bi);
            yi[(4 * p) + 2] = (w[2] * bi) + (w[3] * br);
            var (cr, ci) = (gapR + turnR, gapI + turnI);
            yr[(4 * p) + 3] = (w[4] * cr) - (w[5] * ci);
            yi[(4 * p) + 3] = (w[4] * ci) + (w[5] * cr);
        }
    }

    private static void NarrowStage(float[] xr, float[] xi, float[] yr, float[] yi, float[] factors, int m)
    {
        var vxr = MemoryMarshal.Cast<float, Vector128<float>>(xr.AsSpan());
        var vxi = MemoryMarshal.Cast<float, Vector128<float>>(xi.AsSpan());
        var vyr = MemoryMarshal.Cast<float, Vector128<float>>(yr.AsSpan());
        var vyi = MemoryMarshal.Cast<float, Vector128<float>>(yi.AsSpan());
        for (var p = 0; p < m; p++)
        {
            var (sumR, sumI) = (vxr[p] + vxr[p + (2 * m)], vxi[p] + vxi[p + (2 * m)]);
            var (gapR, gapI) = (vxr[p] - vxr[p + (2 * m)], vxi[p] - vxi[p + (2 * m)]);
            var (oddR, oddI) = (vxr[p + m] + vxr[p + (3 * m)], vxi[p + m] + vxi[p + (3 * m)]);
            var (turnR, turnI) = (vxi[p + (3 * m)] - vxi[p + m], vxr[p + m] - vxr[p + (3 * m)]);
            var w = factors.AsSpan(6 * p, 6);
            vyr[4 * p] = sumR + oddR;
            vyi[4 * p] = sumI + oddI;
            var (ar, ai) = (gapR - turnR, gapI - turnI);
            vyr[(4 * p) + 1] = (ar * w[0]) - (ai * w[1]);
            vyi[(4 * p) + 1] = (ai * w[0]) + (ar * w[1]);
            var (br, bi) = (sumR - oddR, sumI - oddI);
            vyr[(4 * p) + 2] = (br * w[2]) - (bi * w[3]);
            vyi[(4 * p) + 2] = (bi * w[2]) + (br * w[3]);
            var (cr, ci) = (gapR + turnR, gapI + turnI);
            vyr[(4 * p) + 3] = (cr * w[4]) - (ci * w[5]);
            vyi[(4 * p) + 3] = (ci * w[4]) + (cr * w[5]);
        }
    }

    private static void WideStage(float[] xr, float[] xi, float[] yr, float[] yi, float[] factors, int m, int s)
    {
        for (var p = 0; p < m; p++)
        {
            var (w1r, w1i) = (Vector256.Create(factors[6 * p]), Vector256.Create(factors[(6 * p) + 1]));
            var (w2r, w2i) = (Vector256.Create(factors[(6 * p) + 2]), Vector256.Create(factors[(6 * p) + 3]));
            var (w3r, w3i) = (Vector256.Create(factors[(6 * p) + 4]), Vector256.Create(factors[(6 * p) + 5]));
            var ar = Block(xr, p, s);
            var ai = Block(xi, p, s);
            var br = Block(xr, p + m, s);
            var bi = Block(xi, p + m, s);
            var cr = Block(xr, p + (2 * m), s);
            var ci = Block(xi, p + (2 * m), s);
            var dr = Block(xr, p + (3 * m), s);
            var di = Block(xi, p + (3 * m), s);
            var y0r = Block(yr, 4 * p, s);
            var y0i = Block(yi, 4 * p, s);
            var y1r = Block(yr, (4 * p) + 1, s);
            var y1i = Block(yi, (4 * p) + 1, s);
            var y2r = Block(yr, (4 * p) + 2, s);
            var y2i = Block(yi, (4 * p) + 2, s);
            var y3r = Block(yr, (4 * p) + 3, s);
            var y3i = Block(yi, (4 * p) + 3, s);
            for (var q = 0; q < ar.Length; q++)
            {
                var (sumR, sumI) = (ar[q] + cr[q], ai[q] + ci[q]);
                var (gapR, gapI) = (ar[q] - cr[q], ai[q] - ci[q]);
                var (oddR, oddI) = (br[q] + dr[q], bi[q] + di[q]);
                var (turnR, turnI) = (di[q] - bi[q], br[q] - dr[q]);
                y0r[q] = sumR + oddR;
                y0i[q] = sumI + oddI;
                var (fr, fi) = (gapR - turnR, gapI - turnI);
                y1r[q] = (fr * w1r) - (fi * w1i);
                y1i[q] = (fi * w1r) + (fr * w1i);
                var (gr, gi) = (sumR - oddR, sumI - oddI);
                y2r[q] = (gr * w2r) - (gi * w2i);
                y2i[q] = (gi * w2r) + (gr * w2i);
                var (hr, hi) = (gapR + turnR, gapI + turnI);
                y3r[q] = (hr * w3r) - (hi * w3i);
                y3i[q] = (hi * w3r) + (hr * w3i);
            }
        }
    }

    private static Span<Vector256<float>> Block(float[] array, int index, int length) =>
        MemoryMarshal.Cast<float, Vector256<float>>(array.AsSpan(index * length, length));
}
