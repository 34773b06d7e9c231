using System.Numerics.Tensors;

namespace Speaker.Audio;

/// <summary>
/// How periodic a stretch of sound is, at the pitches of voices: the largest normalised cross-correlation between a
/// window and the same window a pitch period later (Talkin 1995), on the signal brought down to about 4 kHz. Buffers
/// are reused; not thread safe.
/// </summary>
internal sealed class VoicingMeter
{
    private const double LowestPitch = 60;
    private const double HighestPitch = 400;
    private const double WindowSeconds = 0.032;
    private const int TargetRate = 4000;

    private readonly int factor;
    private readonly int window;
    private readonly int shortestLag;
    private readonly int longestLag;
    private float[] decimated = [];
    private int length;

    public VoicingMeter(int sampleRate)
    {
        factor = Math.Max(1, sampleRate / TargetRate);
        var rate = (double)sampleRate / factor;
        window = (int)(WindowSeconds * rate);
        shortestLag = (int)(rate / HighestPitch);
        longestLag = (int)(rate / LowestPitch);
    }

    /// <summary>Takes the sound whose stretches will be measured.</summary>
    public void Load(ReadOnlySpan<float> samples)
    {
        length = samples.Length / factor;
        if (decimated.Length < length)
        {
            decimated = new float[length];
        }

        for (var i = 0; i < length; i++)
        {
            var sum = 0f;
            foreach (var sample in samples.Slice(i * factor, factor))
            {
                sum += sample;
            }

            decimated[i] = sum;
        }
    }

    /// <summary>Periodicity from about -1 to 1 of the stretch that begins at a sample of the loaded sound.</summary>
    public double Measure(int startSample)
    {
        var start = Math.Max(0, Math.Min(startSample / factor, length - window - longestLag));
        var lags = Math.Min(longestLag, length - start - window);
        if (lags < shortestLag)
        {
            return 0;
        }

        var sound = decimated.AsSpan(start, window + lags);
        var here = sound[..window];
        double energy = TensorPrimitives.SumOfSquares(here);
        double later = TensorPrimitives.SumOfSquares(sound.Slice(shortestLag, window));
        var best = 0.0;
        for (var lag = shortestLag; lag <= lags; lag++)
        {
            var product = TensorPrimitives.Dot(here, sound.Slice(lag, window));
            if (product > 0)
            {
                best = Math.Max(best, product / Math.Sqrt((energy * later) + 1e-20));
            }

            if (lag < lags)
            {
                var leaving = sound[lag];
                var entering = sound[lag + window];
                later = Math.Max(0, later + ((double)entering * entering) - ((double)leaving * leaving));
            }
        }

        return best;
    }
}
