namespace Speaker.Audio.Tests.Support;

/// <summary>Sounds whose every property is known.</summary>
internal static class Signals
{
    public const int Rate = 16000;

    public static float[] Sine(double frequency, double seconds, double amplitude = 0.5, int rate = Rate)
    {
        var samples = new float[(int)(seconds * rate)];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = (float)(amplitude * Math.Sin(2 * Math.PI * frequency * i / rate));
        }

        return samples;
    }

    /// <summary>White noise from a fixed seed.</summary>
    public static float[] Noise(double seconds, double amplitude = 0.1, int seed = 1)
    {
        var random = new Random(seed);
        var samples = new float[(int)(seconds * Rate)];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = (float)(amplitude * ((2 * random.NextDouble()) - 1));
        }

        return samples;
    }

    /// <summary>A voice of sorts: harmonics of a wandering pitch, falling by 1/k, in four syllables a second.</summary>
    public static float[] Voice(double seconds, double amplitude = 0.3, double pitch = 120)
    {
        var samples = new float[(int)(seconds * Rate)];
        var phase = 0.0;
        for (var i = 0; i < samples.Length; i++)
        {
            var time = (double)i / Rate;
            phase += 2 * Math.PI * (pitch + (10 * Math.Sin(2 * Math.PI * 1.3 * time))) / Rate;
            var sum = 0.0;
            for (var harmonic = 1; harmonic <= 20; harmonic++)
            {
                sum += Math.Sin(harmonic * phase) / harmonic;
            }

            var syllable = Math.Max(0.05, Math.Sin(2 * Math.PI * 4 * time));
            samples[i] = (float)(amplitude * syllable * sum / 2);
        }

        return samples;
    }

    /// <summary>A windowed-sinc low-pass of 401 taps, 90 dB down 230 Hz above the corner.</summary>
    public static float[] LowPass(float[] samples, double corner)
    {
        const int half = 200;
        var taps = new double[(2 * half) + 1];
        for (var i = -half; i <= half; i++)
        {
            var angle = 2 * Math.PI * corner / Rate * i;
            var place = Math.PI * (i + half) / half;
            var blackmanHarris = 0.35875 - (0.48829 * Math.Cos(place)) + (0.14128 * Math.Cos(2 * place))
                - (0.01168 * Math.Cos(3 * place));
            taps[i + half] = (i == 0 ? 1 : Math.Sin(angle) / angle) * 2 * corner / Rate * blackmanHarris;
        }

        var output = new float[samples.Length];
        for (var i = 0; i < output.Length; i++)
        {
            var sum = 0.0;
            for (var j = Math.Max(-half, -i); j <= Math.Min(half, samples.Length - 1 - i); j++)
            {
                sum += samples[i + j] * taps[j + half];
            }

            output[i] = (float)sum;
        }

        return output;
    }

    public static float[] Add(float[] a, float[] b) => [.. a.Zip(b, (x, y) => x + y)];

    public static float[] Join(params float[][] parts) => [.. parts.SelectMany(part => part)];
}
