using Speaker.Numerics;

namespace Speaker.Augmentation;

/// <summary>
/// Sounds that are no speech and that no folder of noises holds enough of: coloured noise, hum, beeps, sweeps, notes,
/// clicks, machines. The same stream gives the same samples.
/// </summary>
internal static class SyntheticNoise
{
    private const int SampleRate = 16000;

    /// <param name="count">How many samples at 16 kHz.</param>
    /// <param name="random">The stream that is drawn from.</param>
    /// <returns>Samples with a peak of 0.5; all zero for a silence.</returns>
    public static float[] Draw(int count, SplitRandom random)
    {
        var sound = new float[count];
        switch (random.Next(7))
        {
            case 0:
                Coloured(sound, random.Uniform(0, 0.99), random);
                break;
            case 1:
                Harmonics(sound, 0, count, random.Chance(0.5) ? 50 : random.Uniform(40, 400), 0.999, random);
                Coloured(sound, random.Uniform(0, 0.99), random, 0.3);
                break;
            case 2:
                Notes(sound, random, random.Uniform(80, 1500), random.Uniform(0.05, 0.6));
                break;
            case 3:
                Beeps(sound, random);
                break;
            case 4:
                Clicks(sound, random);
                break;
            case 5:
                Coloured(sound, random.Uniform(0, 0.99), random);
                Pulse(sound, random);
                break;
            default:
                Sweeps(sound, random);
                break;
        }

        var peak = sound.Max(MathF.Abs);
        for (var i = 0; i < count && peak > 0; i++)
        {
            sound[i] *= 0.5f / peak;
        }

        return sound;
    }

    /// <summary>White noise behind a first-order low-pass with this pole.</summary>
    private static void Coloured(float[] sound, double pole, SplitRandom random, double level = 1)
    {
        var state = 0.0;
        var scale = level * Math.Sqrt(1 - (pole * pole));
        for (var i = 0; i < sound.Length; i++)
        {
            state = (pole * state) + (scale * random.NextGaussians().First);
            sound[i] += (float)state;
        }
    }

    /// <summary>A tone of falling harmonics that decays by a factor each millisecond.</summary>
    private static void Harmonics(
        float[] sound, int start, int length, double pitch, double decay, SplitRandom random)
    {
        var harmonics = 1 + random.Next(12);
        var tilt = random.Uniform(0.3, 0.95);
        for (var harmonic = 1; harmonic <= harmonics && harmonic * pitch < SampleRate / 2; harmonic++)
        {
            var step = 2 * Math.PI * harmonic * pitch / SampleRate;
            var amplitude = Math.Pow(tilt, harmonic - 1) * random.Uniform(0.3, 1);
            var fading = Math.Pow(decay, 1000.0 / SampleRate);
            for (var i = start; i < Math.Min(sound.Length, start + length); i++)
            {
                sound[i] += (float)(amplitude * Math.Sin(step * (i - start)));
                amplitude *= fading;
            }
        }
    }

    /// <summary>Notes of a scale, one after another or over each other, plucked or held.</summary>
    private static void Notes(float[] sound, SplitRandom random, double root, double seconds)
    {
        var decay = random.Chance(0.5) ? random.Uniform(0.98, 0.998) : 1;
        for (var start = 0; start < sound.Length;)
        {
            var pitch = root * Math.Pow(2, (random.Next(25) - 12) / 12.0);
            var length = (int)(seconds * SampleRate * (1 + random.Next(3)));
            Harmonics(sound, start, length, pitch, decay, random);
            start += random.Chance(0.3) ? length / 3 : length;
        }
    }

    /// <summary>One or two pure tones, on and off: signals of telephones and appliances.</summary>
    private static void Beeps(float[] sound, SplitRandom random)
    {
        var (first, second) = (random.Uniform(300, 3500), random.Chance(0.5) ? random.Uniform(300, 3500) : 0);
        var (on, off) = (random.Uniform(0.05, 1), random.Uniform(0.05, 1.5));
        for (var i = 0; i < sound.Length; i++)
        {
            var seconds = (double)i / SampleRate;
            if (seconds % (on + off) < on)
            {
                sound[i] = (float)(Math.Sin(2 * Math.PI * first * seconds) + Math.Sin(2 * Math.PI * second * seconds));
            }
        }
    }

    /// <summary>Keys, knocks, drips: short resonances at irregular times.</summary>
    private static void Clicks(float[] sound, SplitRandom random)
    {
        var mean = random.Uniform(0.05, 0.8) * SampleRate;
        for (var start = random.Next((int)mean); start < sound.Length;
             start += 1 + (int)(-mean * Math.Log(1 - random.NextDouble())))
        {
            var step = 2 * Math.PI * random.Uniform(100, 6000) / SampleRate;
            var fading = 1 - (1 / (SampleRate * random.Uniform(0.0005, 0.03)));
            var amplitude = random.Uniform(0.2, 1);
            for (var i = start; i < sound.Length && amplitude > 1e-3; i++)
            {
                sound[i] += (float)(amplitude * (Math.Sin(step * (i - start)) + random.Uniform(-0.5, 0.5)));
                amplitude *= fading;
            }
        }
    }

    /// <summary>Makes a sound swell and fall as engines, waves and bellows do.</summary>
    private static void Pulse(float[] sound, SplitRandom random)
    {
        var (rate, depth) = (random.Uniform(0.3, 25), random.Uniform(0.5, 1));
        for (var i = 0; i < sound.Length; i++)
        {
            sound[i] *= (float)(1 - (depth * (0.5 + (0.5 * Math.Sin(2 * Math.PI * rate * i / SampleRate)))));
        }
    }

    /// <summary>Sirens, chirps, whistles.</summary>
    private static void Sweeps(float[] sound, SplitRandom random)
    {
        var (low, high) = (random.Uniform(200, 2000), random.Uniform(500, 6000));
        var rate = random.Uniform(0.2, 12);
        var harmonics = 1 + random.Next(4);
        var phase = 0.0;
        for (var i = 0; i < sound.Length; i++)
        {
            var place = 0.5 + (0.5 * Math.Sin(2 * Math.PI * rate * i / SampleRate));
            phase += 2 * Math.PI * (low + ((high - low) * place)) / SampleRate;
            for (var harmonic = 1; harmonic <= harmonics; harmonic++)
            {
                sound[i] += (float)(Math.Sin(harmonic * phase) / harmonic);
            }
        }
    }
}
