using Speaker.Audio.Features;
using Speaker.Audio.SpeechDetection;
using Speaker.Numerics;

namespace Speaker.Tests.Support;

/// <summary>
/// Voices made here: a train of pulses at the speaker's pitch through the speaker's resonances (Fant, 1960), in
/// syllables with pauses between. No recording is needed and none is copied.
/// </summary>
internal static class SyntheticSpeech
{
    /// <summary>Behind a gate that does not ask whether a voice made here is one.</summary>
    public static FrontEndSpecification FrontEnd { get; } = new()
    {
        SpeechDetector = new SpeechDetectorSpecification { SoundThreshold = 1e-6, FrameThreshold = 1e-6 },
    };

    /// <summary>Writes folder/speaker/utterance.wav for every speaker.</summary>
    public static void WriteCorpus(string folder, string prefix, int speakers, int utterances, double seconds, int seed)
    {
        for (var speaker = 0; speaker < speakers; speaker++)
        {
            var place = Path.Combine(folder, $"{prefix}{speaker}");
            for (var utterance = 0; utterance < utterances; utterance++)
            {
                WaveFile.Write(Path.Combine(place, $"{utterance}.wav"), Speak(seed + speaker, utterance, seconds));
            }
        }
    }

    public static float[] Speak(int speaker, int utterance, double seconds)
    {
        var voice = SplitRandom.For(speaker, 991);
        var pitch = voice.Uniform(90, 260);
        var segment = voice.Uniform(0.8, 1.25);
        var tilt = voice.Uniform(0.2, 0.7);
        var random = SplitRandom.For(speaker, utterance, 992);
        var samples = new float[(int)(seconds * 16000)];
        var position = 0;
        while (position < samples.Length)
        {
            var length = Math.Min((int)(random.Uniform(0.15, 0.3) * 16000), samples.Length - position);
            Syllable(samples.AsSpan(position, length), pitch, segment, tilt, random);
            position += length + (int)(random.Uniform(0.03, 0.12) * 16000);
        }

        foreach (ref var sample in samples.AsSpan())
        {
            sample += 0.0005f * random.NextGaussians().First;
        }

        return samples;
    }

    private static void Syllable(Span<float> samples, double pitch, double segment, double tilt, SplitRandom random)
    {
        // Vowels move the first two resonances, the speaker's segment moves all.
        double[] resonances =
        [
            random.Uniform(350, 750) * segment, random.Uniform(1000, 1900) * segment, 2600 * segment, 3600 * segment,
        ];
        var source = new double[samples.Length];
        var glide = random.Uniform(-0.1, 0.1);
        var phase = 0.0;
        for (var i = 0; i < source.Length; i++)
        {
            phase += pitch * (1 + (glide * i / source.Length)) / 16000;
            if (phase >= 1)
            {
                phase -= 1;
                source[i] = 1;
            }

            source[i] += i > 0 ? tilt * source[i - 1] : 0;
        }

        foreach (var hertz in resonances)
        {
            var radius = Math.Exp(-Math.PI * 90 / 16000);
            var (a, b) = (2 * radius * Math.Cos(2 * Math.PI * hertz / 16000), -radius * radius);
            var (y1, y2) = (0.0, 0.0);
            for (var i = 0; i < source.Length; i++)
            {
                var y = ((1 - a - b) * source[i]) + (a * y1) + (b * y2);
                (y2, y1) = (y1, y);
                source[i] = y;
            }
        }

        var peak = source.Max(Math.Abs) + 1e-9;
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = (float)(0.3 * source[i] / peak * Math.Sin(Math.PI * i / samples.Length));
        }
    }
}
