using Speaker.Audio.Files;
using Speaker.Audio.Utterances;
using Speaker.Audio;
using Speaker.Calibration;
using Speaker.CommandLine.Options;
using Speaker.Corpora;
using Speaker.Host.Tests.Support;
using Speaker.Metrics;
using Speaker.Recognition;
using Speaker.Scoring;
using Xunit.Abstractions;

namespace Speaker.Host.Tests.Figures;

/// <summary>How right the measures of quality are, and what the quality does to the decision.</summary>
public sealed class QualityFigures(ShippedModel model, ITestOutputHelper output) : IClassFixture<ShippedModel>
{
    private static readonly double[] Ratios = [20, 10, 5, 0, -5];

    [CorporaFact]
    public void SignalToNoise()
    {
        var utterances = DevSpeech.Utterances(20, 8).ToArray();
        foreach (var steady in (bool[])[true, false])
        {
            var noises = DevSpeech.Noises(steady);
            foreach (var ratio in Ratios)
            {
                var random = new Random(1);
                var errors = new List<double>();
                var (untold, refused, warned) = (0, 0, 0);
                foreach (var utterance in utterances)
                {
                    var mixed = Mix(utterance.Samples, noises, ratio, random);
                    switch (mixed is null ? null : model.Reader.Analyse(mixed))
                    {
                        case Utterance heard when heard.Quality.SignalToNoise is { } measured:
                            errors.Add(measured - ratio);
                            warned += measured < new QualityOptions().WarnBelowSignalToNoise ? 1 : 0;
                            break;
                        case Utterance:
                            untold++;
                            break;
                        case Refusal:
                            refused++;
                            break;
                        default:
                            break;
                    }
                }

                output.WriteLine(FormattableString.Invariant(
                    $"{(steady ? "steady" : "bursts")} {ratio} dB: told {errors.Count}, untold {untold}, refused {refused}, warned {warned}; error median {DevSpeech.Quantile(errors, 0.5):F1}, middle 80 % {DevSpeech.Quantile(errors, 0.1):F1} to {DevSpeech.Quantile(errors, 0.9):F1}"));
            }
        }
    }

    [CorporaFact]
    public void Bandwidth()
    {
        var bound = new QualityOptions().WarnBelowBandwidth;
        var native = DevSpeech.Utterances(1000, 20).ToArray();
        foreach (var corpus in native.GroupBy(utterance => utterance.Corpus))
        {
            Print(corpus.Key, corpus.Select(utterance => utterance.Samples));
        }

        var wide = native.Where(utterance => utterance.Corpus.StartsWith("librispeech", StringComparison.Ordinal))
            .Select(utterance => utterance.Samples[..Math.Min(utterance.Samples.Length, 80000)]).ToArray();
        foreach (var rate in (int[])[4000, 6000, 8000, 10000, 11025, 12000, 14000])
        {
            Print($"librispeech below {rate / 2} Hz", wide.Select(samples => IdealInterpolation.Resample(
                IdealInterpolation.Resample(samples, Sounds.SampleRate, rate), rate, Sounds.SampleRate)));
        }

        using var folder = new TemporaryFolder();
        Print("librispeech as an 8 kHz file", wide.Select(samples => AudioFile.ReadSamples(WaveFile.Write(
            folder.File("a.wav"), IdealInterpolation.Resample(samples, Sounds.SampleRate, 8000), rate: 8000))));
        var random = new Random(1);
        var noises = DevSpeech.Noises(steady: true);
        foreach (var ratio in (double[])[20, 10])
        {
            Print($"hyke_digits with noise at {ratio} dB", native.Where(utterance => utterance.Corpus == "hyke_digits")
                .Select(utterance => Mix(utterance.Samples, noises, ratio, random) ?? utterance.Samples));
        }

        void Print(string what, IEnumerable<float[]> sounds)
        {
            var values = sounds.Select(samples => model.Reader.Analyse(samples)).OfType<Utterance>()
                .Select(heard => heard.Quality.Bandwidth).ToArray();
            output.WriteLine(FormattableString.Invariant(
                $"{what}: n {values.Length}, median {DevSpeech.Quantile(values, 0.5):F0}, middle 80 % {DevSpeech.Quantile(values, 0.1):F0} to {DevSpeech.Quantile(values, 0.9):F0}; below {bound:F0}: {values.Count(value => value < bound) / (double)values.Length:P1}"));
        }
    }

    [CorporaFact]
    public void Clipping()
    {
        using var folder = new TemporaryFolder();
        var utterances = DevSpeech.Utterances(6, 5).ToArray();
        Print("not clipped by us", 0, samples => samples);
        foreach (var share in (double[])[0.001, 0.01, 0.1])
        {
            Print("clipped", share, samples => DevSpeech.Clip(samples, share));
            Print("clipped, then 6 dB down, 16 bits", share, samples =>
                AudioFile.ReadSamples(WaveFile.Write(
                    folder.File("a.wav"), DevSpeech.Scale(DevSpeech.Clip(samples, share), 0.5))));
            Print("clipped at 44.1 kHz", share, samples =>
                AudioFile.ReadSamples(WaveFile.Write(
                    folder.File("a.wav"),
                    DevSpeech.Clip(IdealInterpolation.Resample(samples, Sounds.SampleRate, 44100), share),
                    rate: 44100)));
        }

        void Print(string what, double share, Func<float[], float[]> change)
        {
            var values = utterances.Select(utterance => model.Reader.Analyse(change(utterance.Samples)))
                .OfType<Utterance>().Select(heard => heard.Quality.ClippedFraction).ToArray();
            output.WriteLine(FormattableString.Invariant(
                $"{what} {share:P1}: n {values.Length}, measured median {DevSpeech.Quantile(values, 0.5):P2}, middle 80 % {DevSpeech.Quantile(values, 0.1):P2} to {DevSpeech.Quantile(values, 0.9):P2}; warned {values.Count(value => value > new QualityOptions().WarnAboveClippedFraction) / (double)values.Length:P0}"));
        }
    }

    /// <summary>Clean enrolment against a spoilt test, impostors from the same corpus, all corpora together.</summary>
    [CorporaFact]
    public void Decisions()
    {
        var utterances = DevSpeech.Utterances(40, 8)
            .Select(utterance => (utterance.Corpus, utterance.Speaker, utterance.Samples))
            .SelectMany(one => one.Corpus.StartsWith("librispeech", StringComparison.Ordinal)
                ? new[] { one with { Samples = one.Samples[..(one.Samples.Length / 2)] }, one with { Samples = one.Samples[(one.Samples.Length / 2)..] } }
                : [one])
            .ToArray();
        var enrolled = utterances.Select(one => model.TryEmbed(one.Samples)).ToArray();
        var steady = DevSpeech.Noises(steady: true);
        var threshold = new ThresholdTable(model.Encoder.Card.Calibration).ThresholdFor(0.01);
        Measure("as recorded", samples => samples);
        var random = new Random(1);
        foreach (var ratio in Ratios)
        {
            Measure($"noise at {ratio} dB", samples => Mix(samples, steady, ratio, random) ?? samples);
        }

        foreach (var share in (double[])[0.01, 0.1, 0.2, 0.4])
        {
            Measure($"clipped {share:P0}", samples => DevSpeech.Clip(samples, share));
        }

        Measure("8 kHz", samples => IdealInterpolation.Resample(
            IdealInterpolation.Resample(samples, Sounds.SampleRate, 8000), 8000, Sounds.SampleRate));

        void Measure(string what, Func<float[], float[]> spoil)
        {
            var targets = new List<float>();
            var impostors = new List<float>();
            var refused = 0;
            for (var i = 0; i < utterances.Length; i++)
            {
                if (model.TryEmbed(spoil(utterances[i].Samples)) is not { } test)
                {
                    refused++;
                    continue;
                }

                for (var j = 0; j < utterances.Length; j++)
                {
                    if (i != j && utterances[i].Corpus == utterances[j].Corpus && enrolled[j] is { } enrolment)
                    {
                        (utterances[i].Speaker == utterances[j].Speaker ? targets : impostors)
                            .Add(model.Encoder.Scorer.Distance(enrolment, test));
                    }
                }
            }

            var eer = ErrorRates.Eer(targets.ToArray(), impostors.ToArray());
            output.WriteLine(FormattableString.Invariant(
                $"{what}: {refused} of {utterances.Length} refused; {targets.Count} targets, {impostors.Count} impostors; EER {eer.Rate:P1}; at the threshold of 1 %: misses {targets.Count(d => d > threshold) / (double)targets.Count:P1}, false accepts {impostors.Count(d => d <= threshold) / (double)impostors.Count:P2}"));
        }
    }

    /// <summary>One speaker, or two in a row, 3 to 8 s each.</summary>
    [CorporaFact]
    public void MoreThanOneVoice()
    {
        var bound = new QualityOptions().WarnAboveVoiceDistance;
        var random = new Random(7);
        var (found, pairs, wrong, single) = (0, 0, 0, 0);
        foreach (var corpus in DevSpeech.Utterances(1000, 20).GroupBy(utterance => utterance.Corpus))
        {
            var speakers = corpus.GroupBy(utterance => utterance.Speaker).ToArray();
            var two = new List<double>();
            var one = new List<double>();
            for (var draw = 0; draw < 150; draw++)
            {
                var first = random.Next(speakers.Length);
                var second = (first + 1 + random.Next(speakers.Length - 1)) % speakers.Length;
                var (a, b) = (3 + (5 * random.NextDouble()), 3 + (5 * random.NextDouble()));
                Add(two, [.. Piece(speakers[first], a), .. Piece(speakers[second], b)]);
                Add(one, Piece(speakers[first], a + b));
            }

            output.WriteLine(FormattableString.Invariant(
                $"{corpus.Key}: two voices named {two.Count(d => d > bound)} of {two.Count}, one voice {one.Count(d => d > bound)} of {one.Count}; 99 % of one voice's are below {DevSpeech.Quantile(one, 0.99):F3}"));
            (found, pairs) = (found + two.Count(d => d > bound), pairs + two.Count);
            (wrong, single) = (wrong + one.Count(d => d > bound), single + one.Count);
        }

        output.WriteLine(FormattableString.Invariant(
            $"all: {found / (double)pairs:P1} of {pairs} found, {wrong / (double)single:P2} of {single} false"));

        void Add(List<double> distances, float[] samples)
        {
            if (model.Reader.Analyse(samples) is Utterance heard
                && VoiceChange.Empty.Add(heard.Features, model.Reader.Specification).Measure(model.Encoder) is { } distance)
            {
                distances.Add(distance);
            }
        }

        // Whole utterances in a random order; a long one from a random place.
        float[] Piece(IEnumerable<DevUtterance> speaker, double seconds)
        {
            var length = (int)(seconds * AudioFile.SampleRate);
            var samples = speaker.OrderBy(_ => random.Next()).SelectMany(utterance => utterance.Samples)
                .Take(20 * AudioFile.SampleRate).ToArray();
            var start = samples.Length > length ? random.Next(samples.Length - length) : 0;
            return samples[start..Math.Min(samples.Length, start + length)];
        }
    }

    /// <summary>With noise at a ratio to the speech frames' power; null where the sound holds no speech.</summary>
    private float[]? Mix(float[] samples, float[][] noises, double ratio, Random random)
    {
        if (model.Reader.Analyse(samples) is not Utterance heard)
        {
            return null;
        }

        var power = Math.Pow(10, (heard.Quality.SpeechLevel - ratio) / 10);
        var mixed = DevSpeech.Add(samples, DevSpeech.Noise(noises, samples.Length, power, random));
        return DevSpeech.Scale(mixed, Math.Min(1, 0.95 / mixed.Max(Math.Abs)));
    }
}
