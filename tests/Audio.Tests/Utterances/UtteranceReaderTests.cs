using Microsoft.Extensions.Options;
using Speaker.Audio.Features;
using Speaker.Audio.Quality;
using Speaker.Audio.SpeechDetection;
using Speaker.Audio.Tests.Support;
using Speaker.Audio.Utterances;

namespace Speaker.Audio.Tests.Utterances;

public class UtteranceReaderTests
{
    private readonly UtteranceReader _reader = new(new FrontEndSpecification(), new UtteranceOptions());

    [Fact]
    public void Analyse_Voice_GivesTheSpeechFramesOfTheFrontEnd()
    {
        var samples = Signals.Join(new float[16000], Signals.Voice(1), new float[16000]);

        var asRecorded = new FrontEndSpecification { SpeechLevel = null };
        var centred = new float[samples.Length];
        Offset.Remove(samples, centred);

        var utterance = Assert.IsType<Utterance>(
            new UtteranceReader(asRecorded, new UtteranceOptions()).Analyse(samples));

        var map = new SpeechDetector(asRecorded).Detect(centred);
        var whole = new FrontEnd(asRecorded).Compute(centred);
        var row = 0;
        for (var frame = 0; frame < map.Count; frame++)
        {
            if (map.Frames[frame])
            {
                Assert.Equal(whole.Row(frame).ToArray(), utterance.Features.Row(row++).ToArray());
            }
        }

        Assert.Equal(utterance.Features.Frames, row);
        Assert.Equal(3.0, utterance.TotalSeconds, 1e-9);
        Assert.InRange(utterance.SpeechSeconds, 0.95, 1.25);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.6)]
    [InlineData(60)]
    public void Analyse_MarginAroundSpeech_KeepsTheFramesBesideIt(double margin)
    {
        var asRecorded = new FrontEndSpecification { SpeechLevel = null };
        var samples = Signals.Join(
            new float[16000], Signals.Voice(1), new float[12000], Signals.Voice(1), new float[16000]);
        var centred = new float[samples.Length];
        Offset.Remove(samples, centred);
        var alone = Assert.IsType<Utterance>(
            new UtteranceReader(asRecorded, new UtteranceOptions()).Analyse(samples));

        var utterance = Assert.IsType<Utterance>(
            new UtteranceReader(asRecorded with { SpeechMargin = margin }, new UtteranceOptions()).Analyse(samples));

        var map = new SpeechDetector(asRecorded).Detect(centred);
        var whole = new FrontEnd(asRecorded).Compute(centred);
        var speech = Enumerable.Range(0, map.Count).Where(frame => map.Frames[frame]).ToArray();
        var kept = Enumerable.Range(0, map.Count)
            .Where(frame => speech.Any(other => Math.Abs(other - frame) <= margin * 100)).ToArray();
        Assert.Equal(kept.Length, utterance.Features.Frames);
        for (var row = 0; row < kept.Length; row++)
        {
            Assert.Equal(whole.Row(kept[row]).ToArray(), utterance.Features.Row(row).ToArray());
        }

        Assert.Equal(margin == 60, kept.Length == map.Count);
        // How much was said is what it was.
        Assert.Equal(alone.SpeechSeconds, utterance.SpeechSeconds);
    }

    [Fact]
    public void Analyse_SameVoiceQuieter_GivesTheSameFeatures()
    {
        var samples = Signals.Join(Signals.Noise(0.5, 0.02), Signals.Voice(1));

        var loud = Assert.IsType<Utterance>(_reader.Analyse(samples)).Features;
        var quiet = Assert.IsType<Utterance>(
            _reader.Analyse(samples.Select(value => value * 0.5f).ToArray())).Features;

        Assert.Equal(loud.Frames, quiet.Frames);
        for (var i = 0; i < loud.Values.Length; i++)
        {
            Assert.Equal(loud.Values[i], quiet.Values[i], 2e-3);
        }
    }

    [Fact]
    public void Analyse_VoiceThatFillsTheSound_IsSpeechToItsLastSample()
    {
        var utterance = Assert.IsType<Utterance>(_reader.Analyse(Signals.Voice(0.4)));

        Assert.Equal(0.4, utterance.SpeechSeconds, 0.03);
    }

    [Fact]
    public void Analyse_KnownLevels_AreMeasured()
    {
        var voice = Signals.Voice(2, 0.3);
        var samples = Signals.Join(Signals.Noise(1, 0.003), voice, Signals.Noise(1, 0.003, 2));
        for (var i = 20000; i < 20080; i++)
        {
            samples[i] = 1;
        }

        var quality = Assert.IsType<Utterance>(_reader.Analyse(samples)).Quality;

        Assert.Equal(1.0, quality.Peak, 1e-6);
        Assert.Equal(80.0 / samples.Length, quality.ClippedFraction, 1e-9);
        var noisePower = 0.003 * 0.003 / 3;
        var speechPower = voice.Sum(value => (double)value * value) / voice.Length;
        Assert.Equal(10 * Math.Log10(speechPower / noisePower), quality.SignalToNoise!.Value, 2.5);
        Assert.Equal(10 * Math.Log10(speechPower), quality.SpeechLevel, 2.0);
    }

    public static TheoryData<float[], string, string> Refused => new()
    {
        { new float[16000], nameof(RefusalReason.Silent), "the largest sample is zero" },
        { [.. new float[8000], 5e-5f, .. new float[8000]], nameof(RefusalReason.Silent), "-86 dBFS" },
        { [], nameof(RefusalReason.TooShort), "less than one frame" },
        { Signals.Voice(0.02), nameof(RefusalReason.TooShort), "less than one frame" },
        { Signals.Voice(0.1), nameof(RefusalReason.TooShort), "at least 0.25 s of speech is needed" },
        { Signals.Noise(2), nameof(RefusalReason.NoSpeech), "no speech in 2.00 s of sound" },
        { Signals.Sine(440, 2), nameof(RefusalReason.NoSpeech), "likely to be speech, at least 62 % is needed" },
        {
            [.. Signals.Voice(2).Select(value => Math.Clamp(50 * value, -1, 1))],
            nameof(RefusalReason.Clipped), "are clipped"
        },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Analyse_NothingToJudgeBy_IsRefusedWithTheReason(float[] samples, string reason, string message)
    {
        var refusal = Assert.IsType<Refusal>(_reader.Analyse(samples));

        Assert.Equal(reason, refusal.Reason.ToString());
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(samples.Length / 16000.0, refusal.TotalSeconds, 1e-9);
    }

    [Fact]
    public void Analyse_MinimumRaised_RefusesWhatItAccepted()
    {
        var strict = new UtteranceReader(
            new FrontEndSpecification(), new UtteranceOptions { MinimumSpeechSeconds = 1.5 });

        Assert.IsType<Utterance>(_reader.Analyse(Signals.Voice(1)));
        var refusal = Assert.IsType<Refusal>(strict.Analyse(Signals.Voice(1)));

        Assert.Equal(RefusalReason.TooShort, refusal.Reason);
        Assert.Contains("at least 1.5 s", refusal.Message, StringComparison.Ordinal);
        Assert.InRange(refusal.SpeechSeconds, 0.9, 1.0);
    }

    [Fact]
    public void Analyse_SpeechNearerTheNoiseThanAsked_IsRefusedWithBothValues()
    {
        var samples = Signals.Add(
            Signals.Join(new float[16000], Signals.Voice(1), new float[16000]), Signals.Noise(3, 0.02));
        var asked = new UtteranceOptions { MinimumSignalToNoise = 40 };

        var quality = Assert.IsType<Utterance>(_reader.Analyse(samples)).Quality;
        var refusal = Assert.IsType<Refusal>(
            new UtteranceReader(new FrontEndSpecification(), asked).Analyse(samples));

        Assert.Equal(RefusalReason.Noisy, refusal.Reason);
        Assert.Contains($"{quality.SignalToNoise:F0} dB above the noise", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("at least 40 dB", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Analyse_SpeechOfATelephone_HasItsBandwidth()
    {
        var samples = Signals.Join(
            Signals.Noise(0.5, 0.0003), Signals.LowPass(Signals.Voice(1.5), 3400), Signals.Noise(0.5, 0.0003, 2));

        var quality = Assert.IsType<Utterance>(_reader.Analyse(samples)).Quality;

        Assert.InRange(quality.Bandwidth, 2300, 3750);
    }

    [Fact]
    public void Analyse_NotANumber_Throws()
    {
        var samples = Signals.Voice(1);
        samples[777] = float.NaN;

        var exception = Assert.Throws<AudioException>(() => _reader.Analyse(samples));

        Assert.Contains("sample 777 is NaN", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.0, 0.2, 0, "MinimumSpeechSeconds = 0, must be from 0.05 to 60")]
    [InlineData(0.25, 1.5, 0, "MaximumClippedFraction = 1.5, must be from 0 to 1")]
    [InlineData(0.25, 0.2, -21, "MinimumSignalToNoise = -21, must be from -20 to 60")]
    public void Constructor_OptionOutOfRange_Throws(double minimum, double clipped, double ratio, string message)
    {
        var options = new UtteranceOptions
        {
            MinimumSpeechSeconds = minimum,
            MaximumClippedFraction = clipped,
            MinimumSignalToNoise = ratio,
        };

        var exception = Assert.Throws<OptionsValidationException>(
            () => new UtteranceReader(new FrontEndSpecification(), options));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }
}
