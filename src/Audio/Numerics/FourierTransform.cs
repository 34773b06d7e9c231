using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Speaker.Audio.Numerics;

/// <summary>
/// Complex discrete Fourier transform of a power-of-two length, in single precision on separate real and imaginary
/// arrays: Stockham's self-sorting form (Cochran et al., "What is the fast Fourier transform?", 1967), radix 4 with one
/// radix-2 stage where the length is no power of four. Its inner loop runs over neighbours and so fits vector
/// registers. It takes one signal, or one in each lane of the machine's vectors; either way each signal is worked on by
/// the same operations in the same order, so its numbers do not depend on how wide the vectors are.
/// </summary>
/// <remarks>Not thread safe: the work arrays are reused. One instance, one thread.</remarks>
internal sealed unsafe class FourierTransform
{
    private readonly int _signals;
    private readonly AlignedBuffer _workReal;
    private readonly AlignedBuffer _workImaginary;

    // For each radix-4 stage the factors w, w^2, w^3 of each p, six numbers at 6p.
    private readonly float[][] _factors;

    /// <param name="size">Points: a power of two.</param>
    /// <param name="lanes">
    /// One signal in each lane of a vector; element i of the signal in lane f lies at i x lanes + f.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The size is no power of two.</exception>
    public FourierTransform(int size, bool lanes = false)
    {
        if (!BitOperations.IsPow2(size))
        {
            throw new ArgumentOutOfRangeException(nameof(size), size, "The length must be a power of two.");
        }

        Size = size;
        _signals = lanes ? Vector<float>.Count : 1;
        _workReal = new AlignedBuffer((long)size * _signals);
        _workImaginary = new AlignedBuffer((long)size * _signals);
        var stages = new List<float[]>();
        for (var n = size; n >= 4; n /= 4)
        {
            var factors = new float[6 * (n / 4)];
            for (var p = 0; p < n / 4; p++)
            {
                for (var power = 1; power <= 3; power++)
                {
                    var (sine, cosine) = Math.SinCos(-2 * Math.PI * (p * power) / n);
                    factors[(6 * p) + (2 * power) - 2] = (float)cosine;
                    factors[(6 * p) + (2 * power) - 1] = (float)sine;
                }
            }

            stages.Add(factors);
        }

        _factors = [.. stages];
    }

    /// <summary>Points of the transform.</summary>
    public int Size { get; }

    /// <summary>In place, X[k] = sum x[n] e^(-2 pi i k n / N).</summary>
    /// <param name="real">Size values, or Size for each lane.</param>
    /// <param name="imaginary">As many.</param>
    /// <exception cref="ArgumentException">The arrays are of other lengths.</exception>
    public void Forward(Span<float> real, Span<float> imaginary)
    {
        RequireLength(real.Length, nameof(real));
        RequireLength(imaginary.Length, nameof(imaginary));
        fixed (float* re = real, im = imaginary)
        {
            Forward(re, im);
        }
    }

    /// <summary>In place, x[n] = sum X[k] e^(2 pi i k n / N), without the division by N.</summary>
    /// <param name="real">As for <see cref="Forward(Span{float}, Span{float})"/>.</param>
    /// <param name="imaginary">As many.</param>
    /// <exception cref="ArgumentException">The arrays are of other lengths.</exception>
    public void InverseUnscaled(Span<float> real, Span<float> imaginary) => Forward(imaginary, real);

    /// <summary><see cref="Forward(Span{float}, Span{float})"/> on memory that stays where it is.</summary>
    public void Forward(float* real, float* imaginary)
    {
        var xr = real;
        var xi = imaginary;
        var yr = _workReal.Start;
        var yi = _workImaginary.Start;
        var (n, s) = (Size, _signals);
        foreach (var factors in _factors)
        {
            if (s % Vector<float>.Count == 0)
            {
                WideStage(xr, xi, yr, yi, factors, n / 4, s);
            }
            else if (s == Vector128<float>.Count)
            {
                NarrowStage(xr, xi, yr, yi, factors, n / 4);
            }
            else
            {
                ScalarStage(xr, xi, yr, yi, factors, n / 4, s);
            }

            var readR = xr;
            var readI = xi;
            xr = yr;
            xi = yi;
            yr = readR;
            yi = readI;
            (n, s) = (n / 4, s * 4);
        }

        if (n == 2)
        {
            RadixTwo(xr, s);
            RadixTwo(xi, s);
        }

        if (xr != real)
        {
            var bytes = (long)Size * _signals * sizeof(float);
            Buffer.MemoryCopy(xr, real, bytes, bytes);
            Buffer.MemoryCopy(xi, imaginary, bytes, bytes);
        }

        // The work arrays are this object's.
        GC.KeepAlive(this);
    }

    private void RequireLength(int length, string name)
    {
        if (length != Size * _signals)
        {
            throw new ArgumentException($"The array has {length} values; it must have {Size * _signals}.", name);
        }
    }

    /// <summary>A stage of any stride, one number at a time: the first of a single signal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScalarStage(float* xr, float* xi, float* yr, float* yi, float[] factors, int m, int s)
    {
        for (var p = 0; p < m; p++)
        {
            var w = factors.AsSpan(6 * p, 6);
            for (var q = 0; q < s; q++)
            {
                var (a, b, c, d) = ((p * s) + q, ((p + m) * s) + q, ((p + (2 * m)) * s) + q, ((p + (3 * m)) * s) + q);
                var y = (4 * p * s) + q;
                var (sumR, sumI) = (xr[a] + xr[c], xi[a] + xi[c]);
                var (gapR, gapI) = (xr[a] - xr[c], xi[a] - xi[c]);
                var (oddR, oddI) = (xr[b] + xr[d], xi[b] + xi[d]);
                // j (b - d)
                var (turnR, turnI) = (xi[d] - xi[b], xr[b] - xr[d]);
                yr[y] = sumR + oddR;
                yi[y] = sumI + oddI;
                var (fr, fi) = (gapR - turnR, gapI - turnI);
                yr[y + s] = (fr * w[0]) - (fi * w[1]);
                yi[y + s] = (fi * w[0]) + (fr * w[1]);
                var (gr, gi) = (sumR - oddR, sumI - oddI);
                yr[y + (2 * s)] = (gr * w[2]) - (gi * w[3]);
                yi[y + (2 * s)] = (gi * w[2]) + (gr * w[3]);
                var (hr, hi) = (gapR + turnR, gapI + turnI);
                yr[y + (3 * s)] = (hr * w[4]) - (hi * w[5]);
                yi[y + (3 * s)] = (hi * w[4]) + (hr * w[5]);
            }
        }
    }

    /// <summary>A stage of stride 4 where a vector is wider: the second of a single signal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NarrowStage(float* xr, float* xi, float* yr, float* yi, float[] factors, int m)
    {
        var vxr = (Vector128<float>*)xr;
        var vxi = (Vector128<float>*)xi;
        var vyr = (Vector128<float>*)yr;
        var vyi = (Vector128<float>*)yi;
        for (var p = 0; p < m; p++, vxr++, vxi++, vyr += 4, vyi += 4)
        {
            var w = factors.AsSpan(6 * p, 6);
            var (sumR, sumI) = (vxr[0] + vxr[2 * m], vxi[0] + vxi[2 * m]);
            var (gapR, gapI) = (vxr[0] - vxr[2 * m], vxi[0] - vxi[2 * m]);
            var (oddR, oddI) = (vxr[m] + vxr[3 * m], vxi[m] + vxi[3 * m]);
            var (turnR, turnI) = (vxi[3 * m] - vxi[m], vxr[m] - vxr[3 * m]);
            vyr[0] = sumR + oddR;
            vyi[0] = sumI + oddI;
            var (fr, fi) = (gapR - turnR, gapI - turnI);
            vyr[1] = (fr * w[0]) - (fi * w[1]);
            vyi[1] = (fi * w[0]) + (fr * w[1]);
            var (gr, gi) = (sumR - oddR, sumI - oddI);
            vyr[2] = (gr * w[2]) - (gi * w[3]);
            vyi[2] = (gi * w[2]) + (gr * w[3]);
            var (hr, hi) = (gapR + turnR, gapI + turnI);
            vyr[3] = (hr * w[4]) - (hi * w[5]);
            vyi[3] = (hi * w[4]) + (hr * w[5]);
        }
    }

    /// <summary>A stage whose stride is whole vectors: all of them with a signal in each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WideStage(float* xr, float* xi, float* yr, float* yi, float[] factors, int m, int s)
    {
        var stride = s / Vector<float>.Count;
        for (var p = 0; p < m; p++)
        {
            var w = factors.AsSpan(6 * p, 6);
            var (w1r, w1i) = (new Vector<float>(w[0]), new Vector<float>(w[1]));
            var (w2r, w2i) = (new Vector<float>(w[2]), new Vector<float>(w[3]));
            var (w3r, w3i) = (new Vector<float>(w[4]), new Vector<float>(w[5]));
            var ar = (Vector<float>*)xr + (p * stride);
            var ai = (Vector<float>*)xi + (p * stride);
            var br = ar + (m * stride);
            var bi = ai + (m * stride);
            var cr = br + (m * stride);
            var ci = bi + (m * stride);
            var dr = cr + (m * stride);
            var di = ci + (m * stride);
            var y0r = (Vector<float>*)yr + (4 * p * stride);
            var y0i = (Vector<float>*)yi + (4 * p * stride);
            for (var q = 0; q < stride; q++, y0r++, y0i++)
            {
                var (sumR, sumI) = (ar[q] + cr[q], ai[q] + ci[q]);
                var (gapR, gapI) = (ar[q] - cr[q], ai[q] - ci[q]);
                var (oddR, oddI) = (br[q] + dr[q], bi[q] + di[q]);
                var (turnR, turnI) = (di[q] - bi[q], br[q] - dr[q]);
                y0r[0] = sumR + oddR;
                y0i[0] = sumI + oddI;
                var (fr, fi) = (gapR - turnR, gapI - turnI);
                y0r[stride] = (fr * w1r) - (fi * w1i);
                y0i[stride] = (fi * w1r) + (fr * w1i);
                var (gr, gi) = (sumR - oddR, sumI - oddI);
                y0r[2 * stride] = (gr * w2r) - (gi * w2i);
                y0i[2 * stride] = (gi * w2r) + (gr * w2i);
                var (hr, hi) = (gapR + turnR, gapI + turnI);
                y0r[3 * stride] = (hr * w3r) - (hi * w3i);
                y0i[3 * stride] = (hi * w3r) + (hr * w3i);
            }
        }
    }

    /// <summary>Sums and differences of the halves, in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RadixTwo(float* x, int s)
    {
        var q = 0;
        for (; q <= s - Vector<float>.Count; q += Vector<float>.Count)
        {
            var first = (Vector<float>*)(x + q);
            var second = (Vector<float>*)(x + s + q);
            (*first, *second) = (*first + *second, *first - *second);
        }

        for (; q < s; q++)
        {
            (x[q], x[q + s]) = (x[q] + x[q + s], x[q] - x[q + s]);
        }
    }
}
