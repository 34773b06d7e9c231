using Microsoft.Extensions.Options;
using Speaker.Augmentation;
using Speaker.Numerics;

namespace Speaker.Tests.Augmentation;

public class WaveformAugmenterTests
{
    private static readonly AugmentationOptions Nothing = new()
    {
        ProsodyProbability = 0, RoomProbability = 0, NoiseProbability = 0, BabbleProbability = 0, HissProbability = 0,
        EqualiserProbability = 0, TelephoneProbability = 0, LowPassProbability = 0, CodecProbability = 0,
        ClippingProbability = 0, PeakDecibels = new(-6, -6),
    };

    private static readonly float[] Signal = Scaled(TestSignals.Noise(20_000, 1), 0.1f);

    [Fact]
    public void Apply_NothingChosen_OnlySetsThePeak()
    {
        var got = Augment(Nothing);
        var factor = got[5] / Signal[5];
        Assert.All(Enumerable.Range(0, got.Length), i => Assert.Equal(Signal[i] * factor, got[i], 1e-6));
        Assert.Equal(Math.Pow(10, -6 / 20.0), got.Max(Math.Abs), 1e-5);
    }

    [Fact]
    public void Apply_SameStream_IsTheSameOnAnyInstanceAndOrder()
    {
        var options = new AugmentationOptions();
        var bank = Bank();
        var one = new WaveformAugmenter(options, bank);
        var forward = Enumerable.Range(0, 20).Select(i => one.Apply(Signal, SplitRandom.For(i))).ToArray();
        var other = new WaveformAugmenter(options, bank);
        for (var i = 19; i >= 0; i--)
        {
            Assert.Equal(forward[i], other.Apply(Signal, SplitRandom.For(i)));
        }
    }

    [Fact]
    public void Apply_EverythingAtOnce_KeepsLengthAndRange()
    {
        var options = new AugmentationOptions
        {
            ProsodyProbability = 1, TempoRatio = new(1, 1), RoomProbability = 1, NoiseProbability = 1,
            BabbleProbability = 1, HissProbability = 1, CodecProbability = 1, GsmShare = 0.5,
            EqualiserProbability = 1, TelephoneProbability = 1, LowPassProbability = 0, ClippingProbability = 1,
        };
        foreach (var length in (int[])[0, 1, 100, 3001, 20_000])
        {
            var got = new WaveformAugmenter(options, Bank()).Apply(Signal.AsSpan(0, length), SplitRandom.For(length));
            Assert.Equal(length, got.Length);
            Assert.All(got, value => Assert.InRange(value, -1f, 1f));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    public void Apply_Noise_StandsInTheRatioAskedFor(double decibels)
    {
        // A tone of its own frequency as noise: found again by its share of the power.
        var bank = new SoundBank([TestSignals.Sine(2000, 50_000)], [], []);
        var options = Nothing with { NoiseProbability = 1, NoiseDecibels = new(decibels, decibels) };
        var speech = TestSignals.Sine(500, 16_000);
        var got = new WaveformAugmenter(options, bank).Apply(speech, SplitRandom.For(3));
        var ratio = 20 * Math.Log10(ToneAmplitude(got, 500) / ToneAmplitude(got, 2000));
        Assert.Equal(decibels, ratio, 0.05);
    }

    [Fact]
    public void Apply_Babble_AddsTheOtherSpeakersInTheRatioAskedFor()
    {
        var bank = new SoundBank([], [], [TestSignals.Sine(2000, 9000)]);
        var options = Nothing with { BabbleProbability = 1, BabbleDecibels = new(10, 10) };
        var got = new WaveformAugmenter(options, bank).Apply(TestSignals.Sine(500, 16_000), SplitRandom.For(4));
        var tone = ToneAmplitude(got, 500);
        var rest = got.Average(v => (double)v * v) - (tone * tone / 2);
        Assert.Equal(10, 10 * Math.Log10(tone * tone / 2 / rest), 0.3);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    public void Apply_Telephone_LeavesNothingAboveItsBand(double muLaw, double gsm)
    {
        var options = Nothing with { TelephoneProbability = 1, MuLawShare = muLaw, GsmShare = gsm };
        var got = new WaveformAugmenter(options, Bank()).Apply(TestSignals.Noise(32_000, 2), SplitRandom.For(5));
        var inside = Enumerable.Range(0, 20).Average(i => Power(got, 800 + (100 * i)));
        var above = Enumerable.Range(0, 20).Average(i => Power(got, 4300 + (150 * i)));
        Assert.True(above < inside * 1e-3, $"{above} above, {inside} inside the band");
    }

    [Fact]
    public void Apply_SharesOfTheLine_AreHowOftenACallIsHeardThroughEach()
    {
        // Told apart by how much of the power is not the tone's: that of a codec is noise. 980 Hz meets 8 kHz in 400
        // places of its period, so that rounding cannot pass for gain.
        var options = Nothing with
        {
            TelephoneProbability = 1, MuLawShare = 0.5, GsmShare = 0.3, PeakDecibels = new(0, 0),
        };
        var augmenter = new WaveformAugmenter(options, Bank());
        var tone = TestSignals.Sine(980, 1600);
        var counts = new int[3];
        for (var i = 0; i < 600; i++)
        {
            var got = augmenter.Apply(tone, SplitRandom.For(8, i))[400..1200];
            var amplitude = ToneAmplitude(got, 980);
            var rest = 1 - (amplitude * amplitude / 2 / got.Average(v => (double)v * v));
            counts[rest < 1e-5 ? 0 : rest < 1e-3 ? 1 : 2]++;
        }

        // Five standard deviations of 600 draws.
        Assert.InRange(counts[0], 120 - 49, 120 + 49);
        Assert.InRange(counts[1], 300 - 61, 300 + 61);
        Assert.InRange(counts[2], 180 - 56, 180 + 56);
    }

    [Fact]
    public void Apply_FileCodec_LeavesWhatTheEncoderKeeps()
    {
        // The lowest rates of both drop the top of the band of noise, and both keep a tone.
        var options = Nothing with { CodecProbability = 1, CodecQuality = new(0, 0) };
        foreach (var share in (double[])[0, 1])
        {
            var augmenter = new WaveformAugmenter(options with { OpusShare = share }, Bank());
            var tone = augmenter.Apply(TestSignals.Sine(1000, 16_000), SplitRandom.For(9));
            Assert.InRange(
                20 * Math.Log10(ToneAmplitude(tone[4000..12_000], 1000) / Math.Sqrt(2 * tone[4000..12_000]
                    .Average(v => (double)v * v))),
                -0.5,
                0.001);
            var noise = TestSignals.Noise(16_000, 4);
            Assert.NotEqual(noise, augmenter.Apply(noise, SplitRandom.For(9)));
        }
    }

    [Fact]
    public void Apply_Prosody_ChangesTheLengthWithinTheTempos()
    {
        var options = Nothing with { ProsodyProbability = 1, TempoRatio = new(0.8, 1.25) };
        var lengths = Enumerable.Range(0, 200)
            .Select(i => new WaveformAugmenter(options, Bank()).Apply(Signal.AsSpan(0, 4000), SplitRandom.For(i)).Length)
            .ToArray();
        Assert.InRange(lengths.Min(), 3200, 3300);
        Assert.InRange(lengths.Max(), 4850, 5000);
        // Slower as often as faster: five standard deviations of 200 fair coins are 35.
        Assert.InRange(lengths.Count(l => l > 4000), 65, 135);
    }

    [Fact]
    public void Apply_MadeRoom_LeavesTheDirectPathInPlaceAndAddsWhatFollows()
    {
        var options = Nothing with { RoomProbability = 1, RecordedRoomShare = 1 };
        var impulse = new float[12_000];
        impulse[50] = 1;
        var bank = new SoundBank([], [], []);
        var got = new WaveformAugmenter(options, bank).Apply(impulse, SplitRandom.For(6));
        Assert.Equal(50, Array.IndexOf(got, got.Max()));
        Assert.All(got[..42], v => Assert.Equal(0, v, 1e-5));
        Assert.True(got[60..].Sum(v => (double)v * v) > 0.01);
    }

    [Fact]
    public void Apply_RecordedRoom_IsConvolutionFromItsDirectPath()
    {
        var bank = new SoundBank([], [[0, 0.1f, 2, 0, 1]], []);
        var options = Nothing with { RoomProbability = 1, RecordedRoomShare = 1 };
        var impulse = new float[100];
        impulse[10] = 1;
        var got = new WaveformAugmenter(options, bank).Apply(impulse, SplitRandom.For(6));
        Assert.Equal(0.5, got[12] / got[10], 1e-5);
        Assert.Equal(0, got[8], 1e-6);
    }

    [Fact]
    public void Apply_Clipping_CutsTheTopsAndKeepsTheRest()
    {
        var options = Nothing with { ClippingProbability = 1 };
        var sine = TestSignals.Sine(300, 16_000);
        var got = new WaveformAugmenter(options, Bank()).Apply(sine, SplitRandom.For(7));
        var peak = got.Max(Math.Abs);
        Assert.True(got.Count(v => Math.Abs(Math.Abs(v) - peak) < 1e-6) > 2000);
        var gain = got[1] / sine[1];
        Assert.All(
            Enumerable.Range(0, got.Length), i => Assert.Equal(Math.Clamp(sine[i] * gain, -peak, peak), got[i], 1e-5));
    }

    [Theory]
    [InlineData("NoiseProbability")]
    [InlineData("PeakDecibels")]
    [InlineData("EqualiserDecibels")]
    [InlineData("LowPassProbability")]
    [InlineData("ProsodyProbability")]
    [InlineData("PitchSemitones")]
    [InlineData("TempoRatio")]
    [InlineData("RoomAbsorption")]
    [InlineData("GsmShare")]
    [InlineData("CodecQuality")]
    public void Validate_OutOfRange_NamesTheOption(string name)
    {
        AugmentationOptions options = name switch
        {
            "NoiseProbability" => new() { NoiseProbability = 1.1 },
            "PeakDecibels" => new() { PeakDecibels = new(0, -3) },
            "ProsodyProbability" => new() { ProsodyProbability = -0.1 },
            "PitchSemitones" => new() { PitchSemitones = new(-4, 4) },
            "TempoRatio" => new() { TempoRatio = new(0.8, 2.1) },
            "RoomAbsorption" => new() { RoomAbsorption = new(0, 0.5) },
            "GsmShare" => new() { MuLawShare = 0.6, GsmShare = 0.5 },
            "CodecQuality" => new() { CodecQuality = new(0, double.NaN) },
            "EqualiserDecibels" => new() { EqualiserDecibels = -1 },
            _ => new() { TelephoneProbability = 0.6, LowPassProbability = 0.6 },
        };
        Assert.Contains(name, Assert.Throws<OptionsValidationException>(options.Validate).Message, StringComparison.Ordinal);
    }

    private static float[] Augment(AugmentationOptions options) =>
        new WaveformAugmenter(options, Bank()).Apply(Signal, SplitRandom.For(1));

    private static SoundBank Bank() => new(
        [TestSignals.Noise(5000, 11), TestSignals.Noise(60_000, 12)],
        [TestSignals.Noise(3000, 13)],
        [TestSignals.Noise(9000, 14), TestSignals.Noise(30_000, 15)]);

    private static float[] Scaled(float[] x, float factor) => [.. x.Select(v => v * factor)];

    private static double ToneAmplitude(float[] x, double hertz) => 2 * Math.Sqrt(Power(x, hertz)) / x.Length;

    private static double Power(float[] x, double hertz)
    {
        var sum = System.Numerics.Complex.Zero;
        for (var i = 0; i < x.Length; i++)
        {
            sum += x[i] * System.Numerics.Complex.FromPolarCoordinates(1, -2 * Math.PI * hertz * i / 16000);
        }

        return (sum.Real * sum.Real) + (sum.Imaginary * sum.Imaginary);
    }
}
