using Speaker.Audio.Files;
using Speaker.Audio;
using Speaker.Corpora;
using Speaker.Host.Tests.Support;
using Xunit.Abstractions;

namespace Speaker.Host.Tests.Figures;

/// <summary>How far the embedding of dev speakers' speech moves with rate, level, offset, polarity and clipping.</summary>
public sealed class ChangedSoundFigures(ShippedModel model, ITestOutputHelper output) : IClassFixture<ShippedModel>
{
    [CorporaFact]
    public void Rates()
    {
        using var folder = new TemporaryFolder();
        var utterances = DevSpeech.Utterances(4, 4).Where(utterance => model.TryEmbed(utterance.Samples) is not null)
            .ToArray();
        foreach (var rate in (int[])[8000, 11025, 22050, 44100, 48000, 96000])
        {
            // At the file's rate only what the rate can carry is left: the same sound by the reference's own
            // way back, which shows the lost band without the resampler's part.
            var all = new List<(string Corpus, double Native, double Reference)>();
            foreach (var utterance in utterances)
            {
                var atRate = IdealInterpolation.Resample(utterance.Samples, Sounds.SampleRate, rate);
                var path = WaveFile.Write(folder.File("a.wav"), atRate, rate: rate);
                var heard = model.Embed(AudioFile.ReadSamples(path));
                var back = rate < Sounds.SampleRate
                    ? IdealInterpolation.Resample(atRate, rate, Sounds.SampleRate)
                    : utterance.Samples;
                all.Add((
                    utterance.Corpus, Cosine(heard, model.Embed(utterance.Samples)),
                    Cosine(heard, model.Embed(back))));
            }

            Print($"{rate} Hz against native", all.Select(one => (one.Corpus, one.Native)));
            Print($"{rate} Hz against ideal", all.Select(one => (one.Corpus, one.Reference)));
            if (rate >= Sounds.SampleRate)
            {
                // Telephone calls have an empty band that the file's rounding fills: see docs/audio-quality.md.
                Assert.All(all, one => Assert.InRange(one.Native, one.Corpus == "wuw2" ? 0.97 : 0.98, 1.000001));
            }
        }
    }

    [CorporaFact]
    public void Levels()
    {
        var utterances = DevSpeech.Utterances(8, 6)
            .Select(utterance => utterance with
            {
                Samples = DevSpeech.Scale(utterance.Samples, 0.2 / utterance.Samples.Max(Math.Abs)),
            })
            .Where(utterance => model.TryEmbed(utterance.Samples) is not null)
            .ToArray();
        Assert.InRange(Measure("-12 dB", samples => DevSpeech.Scale(samples, 0.25)), 0.98, 1.000001);
        Assert.InRange(Measure("+12 dB", samples => DevSpeech.Scale(samples, 4)), 0.98, 1.000001);
        foreach (var decibels in (double[])[-20, -30, -40])
        {
            // As a 16-bit file has it.
            Measure($"{decibels} dB, 16 bits", samples =>
                [
                    .. DevSpeech.Scale(samples, Math.Pow(10, decibels / 20))
                        .Select(value => MathF.Round(value * 32768) / 32768),
                ]);
        }

        Measure("inverted", samples => DevSpeech.Scale(samples, -1));
        foreach (var offset in (double[])[0.01, 0.1])
        {
            Measure($"offset {offset}", samples => [.. samples.Select(value => (float)(value + offset))]);
        }

        foreach (var share in (double[])[0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.4])
        {
            Measure($"clipped {share:P1}", samples => DevSpeech.Clip(samples, share));
        }

        double Measure(string what, Func<float[], float[]> change) => Print(what, utterances.Select(utterance =>
            (utterance.Corpus, Cosine(
                model.Embed(utterance.Samples), model.TryEmbed(change(utterance.Samples)) ?? new float[192]))));
    }

    private static double Cosine(float[] one, float[] other) => one.Zip(other, (a, b) => (double)a * b).Sum();

    /// <returns>The least cosine.</returns>
    private double Print(string what, IEnumerable<(string Corpus, double Cosine)> values)
    {
        var all = values.ToArray();
        output.WriteLine(FormattableString.Invariant(
            $"{what}: n {all.Length} mean {all.Average(v => v.Cosine):F4} worst {all.Min(v => v.Cosine):F4} | ") +
            string.Join(", ", all.GroupBy(v => v.Corpus).Select(g => FormattableString.Invariant(
                $"{g.Key} {g.Average(v => v.Cosine):F3} worst {g.Min(v => v.Cosine):F3}"))));
        return all.Min(value => value.Cosine);
    }
}
