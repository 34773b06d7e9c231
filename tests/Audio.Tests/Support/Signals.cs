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

    public static float[] Join(params float[][] parts) => [.. parts.SelectMany(part => part)];
}
