using System.Numerics;
using Speaker.Audio.Validation;

namespace Speaker.Augmentation;

/// <summary>
/// Plays a recording faster or slower, pitch and all (Ko et al., "Audio augmentation for speech recognition", 2015).
/// The changed voice counts as another speaker in training. Polyphase windowed-sinc resampling.
/// </summary>
internal static class SpeedPerturbation
{
    private const int ZeroCrossings = 12;

    /// <param name="samples">Samples at any rate; the rate stays.</param>
    /// <param name="factor">0.5 to 2, rounded to a hundredth; above 1 is faster, shorter and higher.</param>
    public static float[] Apply(ReadOnlySpan<float> samples, double factor)
    {
        if (!(factor is >= 0.5 and <= 2))
        {
            throw new ModelException(Bounds.Sentence("speed", Bounds.Text(factor), Bounds.From(0.5, 2)));
        }

        var (step, phases) = Ratio(factor);
        if (step == phases)
        {
            return samples.ToArray();
        }

        var (taps, kernels) = Kernels(step, phases);
        var half = taps / 2;
        var padded = new float[samples.Length + (2 * taps)];
        samples.CopyTo(padded.AsSpan(taps));
        var output = new float[(int)((long)samples.Length * phases / step)];
        for (var i = 0; i < output.Length; i++)
        {
            var place = (long)i * step;
            var start = taps + (int)(place / phases) - half + 1;
            output[i] = Dot(padded.AsSpan(start, taps), kernels.AsSpan((int)(place % phases) * taps, taps));
        }

        return output;
    }

    private static (int Step, int Phases) Ratio(double factor)
    {
        var step = (int)Math.Round(factor * 100);
        var divisor = (int)BigInteger.GreatestCommonDivisor(step, 100);
        return (step / divisor, 100 / divisor);
    }

    private static (int Taps, float[] Kernels) Kernels(int step, int phases)
    {
        // Faster playing folds what lies above the new half rate: cut there, with room for the filter's skirt.
        var cutoff = Math.Min(1.0, (double)phases / step) * 0.95;
        var half = (int)Math.Ceiling(ZeroCrossings / cutoff / 4) * 4;
        var taps = 2 * half;
        var kernels = new float[phases * taps];
        for (var phase = 0; phase < phases; phase++)
        {
            var offset = (double)phase / phases;
            var sum = 0.0;
            for (var k = 0; k < taps; k++)
            {
                var x = k - half + 1 - offset;
                var window = 0.5 + (0.5 * Math.Cos(Math.PI * Math.Clamp(x / half, -1, 1)));
                var value = cutoff * Sinc(cutoff * x) * window;
                kernels[(phase * taps) + k] = (float)value;
                sum += value;
            }

            for (var k = 0; k < taps; k++)
            {
                kernels[(phase * taps) + k] /= (float)sum;
            }
        }

        return (taps, kernels);
    }

    private static double Sinc(double x) => Math.Abs(x) < 1e-9 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = Vector<float>.Zero;
        var i = 0;
        for (; i <= a.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            sum += new Vector<float>(a[i..]) * new Vector<float>(b[i..]);
        }

        var total = Vector.Sum(sum);
        for (; i < a.Length; i++)
        {
            total += a[i] * b[i];
        }

        return total;
    }
}
