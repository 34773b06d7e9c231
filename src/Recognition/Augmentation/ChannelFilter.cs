using Speaker.Audio.Numerics;
using Speaker.Numerics;

namespace Speaker.Augmentation;

/// <summary>
/// Symmetric filters made from a wanted frequency response by frequency sampling, 512 taps at 16 kHz: 31 Hz apart.
/// </summary>
/// <remarks>Not thread safe: one instance, one thread.</remarks>
internal sealed class ChannelFilter
{
    public const int Taps = 512;

    private readonly FourierTransform _transform = new(Taps);
    private readonly float[] _real = new float[Taps];
    private readonly float[] _imaginary = new float[Taps];

    /// <summary>Amplitude response at k x 31.25 Hz, k = 0..256, all ones.</summary>
    public static float[] Flat()
    {
        var response = new float[(Taps / 2) + 1];
        Array.Fill(response, 1f);
        return response;
    }

    public static double Hertz(int k) => k * 16000.0 / Taps;

    /// <summary>Random gains at four to eight points of a warped frequency axis, joined by lines in dB.</summary>
    public static void Equalise(float[] response, double decibels, SplitRandom random)
    {
        Span<double> gains = stackalloc double[4 + random.Next(5)];
        foreach (ref var gain in gains)
        {
            gain = random.Uniform(-decibels, decibels);
        }

        for (var k = 0; k < response.Length; k++)
        {
            var place = Math.Log(1 + (Hertz(k) / 200)) / Math.Log(41) * (gains.Length - 1);
            var below = Math.Min((int)place, gains.Length - 2);
            var gain = gains[below] + ((place - below) * (gains[below + 1] - gains[below]));
            response[k] *= (float)Math.Pow(10, gain / 20);
        }
    }

    /// <summary>Butterworth-shaped band edges; an edge of 0 Hz or of 8 kHz and above is none.</summary>
    public static void Band(float[] response, double low, int lowOrder, double high, int highOrder)
    {
        for (var k = 0; k < response.Length; k++)
        {
            var hertz = Math.Max(Hertz(k), 1);
            var loss = 1.0;
            loss += low > 0 ? Math.Pow(low / hertz, 2 * lowOrder) : 0;
            loss += high < 8000 ? Math.Pow(hertz / high, 2 * highOrder) : 0;
            response[k] *= (float)(1 / Math.Sqrt(loss));
        }
    }

    /// <summary>The filter with this amplitude response; its delay is <see cref="Taps"/>/2 samples.</summary>
    public float[] Design(ReadOnlySpan<float> response)
    {
        Array.Clear(_imaginary);
        for (var k = 0; k <= Taps / 2; k++)
        {
            // A shift by half the length is a sign of (-1)^k: the response peaks in the middle of the filter.
            var value = (k % 2 == 0 ? response[k] : -response[k]) / Taps;
            _real[k] = value;
            if (k is > 0 and < Taps / 2)
            {
                _real[Taps - k] = value;
            }
        }

        _transform.InverseUnscaled(_real, _imaginary);
        var filter = new float[Taps];
        for (var i = 0; i < Taps; i++)
        {
            filter[i] = _real[i] * (0.5f - (0.5f * MathF.Cos(2 * MathF.PI * i / Taps)));
        }

        return filter;
    }
}
