using Speaker.Audio.Numerics;

namespace Speaker.Augmentation;

/// <summary>
/// Convolution with a long filter by overlap-save: two blocks of the signal ride in the real and the imaginary part of
/// one transform, since the filter is real and so keeps them apart.
/// </summary>
/// <remarks>Not thread safe: one instance, one thread.</remarks>
internal sealed class Convolver
{
    private readonly Dictionary<int, (FourierTransform Transform, float[][] Work)> _plans = [];

    /// <summary>
    /// The first samples of signal * filter, as many as the signal has, starting <paramref name="delay"/> samples in
    /// (0 keeps a causal filter's direct path in place; half the length of a symmetric filter takes its delay out).
    /// </summary>
    public float[] Apply(ReadOnlySpan<float> signal, ReadOnlySpan<float> filter, int delay = 0)
    {
        var output = new float[signal.Length];
        if (signal.Length == 0 || filter.Length == 0)
        {
            return output;
        }

        var size = BlockSize(signal.Length + delay, filter.Length);
        if (!_plans.TryGetValue(size, out var plan))
        {
            plan = (new FourierTransform(size), [new float[size], new float[size], new float[size], new float[size]]);
            _plans[size] = plan;
        }

        var (transform, work) = plan;
        var (hr, hi, xr, xi) = (work[0], work[1], work[2], work[3]);
        var scale = 1f / size;
        for (var i = 0; i < filter.Length; i++)
        {
            hr[i] = filter[i] * scale;
        }

        Array.Clear(hr, filter.Length, size - filter.Length);
        Array.Clear(hi);
        transform.Forward(hr, hi);
        var hop = size - filter.Length + 1;
        for (var start = 0; start < output.Length; start += 2 * hop)
        {
            // Output sample n needs signal samples n + delay - (filter length - 1) to n + delay.
            var from = start + delay - (filter.Length - 1);
            Fill(signal, from, xr);
            Fill(signal, from + hop, xi);
            transform.Forward(xr, xi);
            Multiply(xr, xi, hr, hi);
            transform.InverseUnscaled(xr, xi);
            Take(xr, filter.Length - 1, output, start, hop);
            Take(xi, filter.Length - 1, output, start + hop, hop);
        }

        return output;
    }

    private static int BlockSize(int signal, int filter)
    {
        // At least four times the filter so that most of a block is output, but no longer than the work there is.
        var enough = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(64, (signal / 2) + filter));
        var good = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(4096, 3 * filter));
        return Math.Min(enough, good);
    }

    private static void Fill(ReadOnlySpan<float> signal, int from, float[] block)
    {
        var before = Math.Clamp(-from, 0, block.Length);
        var first = Math.Max(from, 0);
        var count = Math.Clamp(signal.Length - first, 0, block.Length - before);
        Array.Clear(block, 0, before);
        if (count > 0)
        {
            signal.Slice(first, count).CopyTo(block.AsSpan(before));
        }

        Array.Clear(block, before + count, block.Length - before - count);
    }

    private static void Take(float[] block, int skip, float[] output, int start, int hop)
    {
        var count = Math.Min(hop, output.Length - start);
        if (count > 0)
        {
            block.AsSpan(skip, count).CopyTo(output.AsSpan(start));
        }
    }

    private static void Multiply(float[] xr, float[] xi, float[] hr, float[] hi)
    {
        for (var i = 0; i < xr.Length; i++)
        {
            (xr[i], xi[i]) = ((xr[i] * hr[i]) - (xi[i] * hi[i]), (xr[i] * hi[i]) + (xi[i] * hr[i]));
        }
    }
}
