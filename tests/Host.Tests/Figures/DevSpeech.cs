using Speaker.Audio.Files;
using Speaker.Audio;
using Speaker.Corpora;

namespace Speaker.Host.Tests.Figures;

/// <summary>An utterance of a dev speaker, decoded.</summary>
internal sealed record DevUtterance(string Corpus, string Speaker, float[] Samples);

/// <summary>Dev speakers and noises of the folder that <see cref="CorporaFactAttribute"/> names; the same draw each
/// time.</summary>
internal static class DevSpeech
{
    /// <summary>So many utterances of each corpus, its speakers in turn, so many seconds of each at most.</summary>
    public static IEnumerable<DevUtterance> Utterances(int perCorpus, double seconds)
    {
        var corpus = Corpus.Load(CorporaFactAttribute.Folder!);
        foreach (var group in corpus.Of(CorpusSplit.Dev).GroupBy(utterance => utterance.Corpus))
        {
            var chosen = group
                .GroupBy(utterance => utterance.Speaker)
                .SelectMany(speaker => speaker.Select((utterance, turn) => (utterance, turn)))
                .OrderBy(pair => pair.turn)
                .Take(perCorpus);
            foreach (var (utterance, _) in chosen)
            {
                var samples = AudioFile.ReadSamples(utterance.Path);
                yield return new DevUtterance(
                    utterance.Corpus, utterance.Speaker,
                    samples[..Math.Min(samples.Length, (int)(seconds * AudioFile.SampleRate))]);
            }
        }
    }

    /// <summary>
    /// The noises whose power is about the same all the time, or the others (barks, ticks, sneezes, crowing, crying).
    /// </summary>
    public static float[][] Noises(bool steady)
    {
        string[] bursts = ["Dog_bark", "Clock_tick", "Person_sneeze", "Rooster", "Baby_cry"];
        return
        [
            .. Directory.EnumerateFiles(
                    Path.Combine(CorporaFactAttribute.Folder!, "noise"), "*.ogg", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Where(path => bursts.Any(name => path.Contains(name, StringComparison.Ordinal)) != steady)
                .Select(path => AudioFile.ReadSamples(path))
                .Where(samples => samples.Length > AudioFile.SampleRate && Power(samples) > 1e-7),
        ];
    }

    /// <summary>Noise as long as the speech, repeated from a random place, scaled to a power.</summary>
    public static float[] Noise(float[][] noises, int length, double power, Random random)
    {
        var noise = noises[random.Next(noises.Length)];
        var start = random.Next(noise.Length);
        var samples = Enumerable.Range(0, length).Select(i => noise[(start + i) % noise.Length]).ToArray();
        var gain = (float)Math.Sqrt(power / Math.Max(Power(samples), 1e-12));
        return [.. samples.Select(value => value * gain)];
    }

    public static double Power(IReadOnlyCollection<float> samples) =>
        samples.Sum(value => (double)value * value) / samples.Count;

    public static float[] Scale(float[] samples, double gain) => [.. samples.Select(value => (float)(value * gain))];

    public static float[] Add(float[] one, float[] other) => [.. one.Zip(other, (a, b) => a + b)];

    /// <summary>Cut off so that this share of the samples is.</summary>
    public static float[] Clip(float[] samples, double share)
    {
        // Some files are silent for most of their length: not to zero.
        var bound = Math.Max(1e-3f, samples.Select(Math.Abs).Order().ElementAt((int)((1 - share) * samples.Length)));
        return [.. samples.Select(value => Math.Clamp(value, -bound, bound) / bound)];
    }

    /// <summary>The value that a share of the others are below.</summary>
    public static double Quantile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted[(int)(share * (sorted.Length - 1))];
    }
}
