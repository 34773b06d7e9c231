using Speaker.Audio.Features;
using Speaker.Audio.Files;
using Speaker.Audio;
using Speaker.Corpora;
using Speaker.Numerics;

namespace Speaker.Evaluation.SpeechDetection;

/// <summary>Recordings whose speech can be labelled by energy, equally many from each corpus as far as they go.</summary>
internal static class LabelledRecordings
{
    private const float Level = 0.05f;
    private const int LongestSamples = 10 * 16000;

    /// <param name="utterances">What may be drawn from.</param>
    /// <param name="count">How many are wanted.</param>
    /// <param name="seed">Of the draw.</param>
    /// <param name="skip">Called with each that cannot be read.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static IReadOnlyList<LabelledSpeech> Load(
        IReadOnlyList<CorpusUtterance> utterances,
        int count,
        int seed,
        Action<SkippedUtterance> skip,
        CancellationToken cancellationToken)
    {
        // The smallest corpus first: what it does not fill of its share goes to the larger.
        var corpora = utterances.GroupBy(u => u.Corpus, StringComparer.Ordinal)
            .Select(corpus => corpus.ToArray()).OrderBy(members => members.Length).ToArray();
        var chosen = new List<CorpusUtterance>();
        for (var i = 0; i < corpora.Length; i++)
        {
            SplitRandom.For(seed, SplitRandom.Key(corpora[i][0].Corpus)).Shuffle(corpora[i].AsSpan());
            chosen.AddRange(corpora[i].Take((count - chosen.Count) / (corpora.Length - i)));
        }

        var speech = new LabelledSpeech?[chosen.Count];
        var skipped = ParallelReading.For(
            [.. chosen.Select(utterance => utterance.Path)],
            Environment.ProcessorCount,
            () => new FrontEndSpecification(),
            (index, frontEnd) =>
            {
                var samples = AudioFile.ReadSamples(chosen[index].Path, cancellationToken);
                samples = samples.Length > LongestSamples ? samples[..LongestSamples] : samples;
                if (EnergyLabels.Of(samples, frontEnd) is { } labels && labels.Contains(true))
                {
                    SetLevel(samples, labels, frontEnd);
                    speech[index] = new LabelledSpeech(samples, labels);
                }
            },
            cancellationToken);
        foreach (var recording in skipped)
        {
            skip(recording);
        }

        return [.. speech.OfType<LabelledSpeech>()];
    }

    private static void SetLevel(float[] samples, bool[] labels, FrontEndSpecification frontEnd)
    {
        double energy = 0;
        long count = 0;
        for (var frame = 0; frame < labels.Length; frame++)
        {
            if (labels[frame])
            {
                foreach (var sample in samples.AsSpan(frame * frontEnd.HopLength, frontEnd.HopLength))
                {
                    energy += sample * sample;
                }

                count += frontEnd.HopLength;
            }
        }

        var gain = (float)(Level / Math.Sqrt((energy / count) + 1e-12));
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] *= gain;
        }
    }
}
