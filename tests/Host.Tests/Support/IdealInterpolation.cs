using System.Numerics;

namespace Speaker.Host.Tests.Support;

/// <summary>
/// A sound at another rate by its Fourier transform: the reference that resampling is held against. All frequencies
/// that both rates have are kept exactly, all others are zero. Double precision; any length, by Bluestein's transform.
/// </summary>
internal static class IdealInterpolation
{
    public static float[] Resample(float[] samples, int rate, int newRate)
    {
        var divisor = (int)BigInteger.GreatestCommonDivisor(rate, newRate);
        var (up, down) = (newRate / divisor, rate / divisor);
        var blocks = (samples.Length + down - 1) / down;
        var spectrum = new Complex[blocks * down];
        for (var i = 0; i < samples.Length; i++)
        {
            spectrum[i] = samples[i];
        }

        spectrum = Transform(spectrum, inverse: false);
        var result = new Complex[blocks * up];
        var kept = (Math.Min(spectrum.Length, result.Length) - 1) / 2;
        result[0] = spectrum[0];
        for (var k = 1; k <= kept; k++)
        {
            result[k] = spectrum[k];
            result[^k] = spectrum[^k];
        }

        var values = Transform(result, inverse: true);
        return [.. values.Select(value => (float)(value.Real / spectrum.Length))];
    }

    /// <summary>Without a division by the length.</summary>
    private static Complex[] Transform(Complex[] input, bool inverse)
    {
        var n = input.Length;
        var sign = inverse ? 1 : -1;
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)(2 * n));
        var chirp = new Complex[n];
        for (var i = 0; i < n; i++)
        {
            chirp[i] = Complex.FromPolarCoordinates(1, sign * Math.PI * ((long)i * i % (2L * n)) / n);
        }

        var a = new Complex[size];
        var b = new Complex[size];
        for (var i = 0; i < n; i++)
        {
            a[i] = input[i] * chirp[i];
            b[i] = b[(size - i) % size] = Complex.Conjugate(chirp[i]);
        }

        Radix2(a, -1);
        Radix2(b, -1);
        for (var i = 0; i < size; i++)
        {
            a[i] *= b[i];
        }

        Radix2(a, 1);
        return [.. Enumerable.Range(0, n).Select(i => a[i] * chirp[i] / size)];
    }

    private static void Radix2(Complex[] x, int sign)
    {
        for (int i = 1, j = 0; i < x.Length; i++)
        {
            var bit = x.Length >> 1;
            for (; (j & bit) != 0; bit >>= 1)
            {
                j ^= bit;
            }

            j ^= bit;
            if (i < j)
            {
                (x[i], x[j]) = (x[j], x[i]);
            }
        }

        for (var half = 1; half < x.Length; half *= 2)
        {
            var factors = Enumerable.Range(0, half)
                .Select(k => Complex.FromPolarCoordinates(1, sign * Math.PI * k / half)).ToArray();
            for (var start = 0; start < x.Length; start += 2 * half)
            {
                for (var k = 0; k < half; k++)
                {
                    var odd = x[start + k + half] * factors[k];
                    (x[start + k], x[start + k + half]) = (x[start + k] + odd, x[start + k] - odd);
                }
            }
        }
    }
}
