using Speaker.Model.Augmentation;
using Speaker.Model.Sampling;

namespace Speaker.Model.Tests.Augmentation;

public class WaveformAugmenterTests
{
    private static readonly AugmentationOptions Nothing = new()
    {
        RoomProbability = 0, NoiseProbability = 0, BabbleProbability = 0, HissProbability = 0, EqualiserProbability = 0,
        TelephoneProbability = 0, LowPassProbability = 0, ClippingProbability = 0, PeakDecibels = new(-6, -6),
    };

    private static readonly float[] Signal = Scaled(FilteringTests.Noise(20_000, 1), 0.1f);

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
            RoomProbability = 1, NoiseProbability = 1, BabbleProbability = 1, HissProbability = 1,
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
        var bank = new SoundBank([FilteringTests.Sine(2000, 50_000)], [], []);
        var options = Nothing with { NoiseProbability = 1, NoiseDecibels = new(decibels, decibels) };
        var speech = FilteringTests.Sine(500, 16_000);
        var got = new WaveformAugmenter(options, bank).Apply(speech, SplitRandom.For(3));
        var ratio = 20 * Math.Log10(ToneAmplitude(got, 500) / ToneAmplitude(got, 2000));
        Assert.Equal(decibels, ratio, 0.05);
    }

    [Fact]
    public void Apply_Babble_AddsTheOtherSpeakersInTheRatioAskedFor()
    {
        var bank = new SoundBank([], [], [FilteringTests.Sine(2000, 9000)]);
        var options = Nothing with { BabbleProbability = 1, BabbleDecibels = new(10, 10) };
        var got = new WaveformAugmenter(options, bank).Apply(FilteringTests.Sine(500, 16_000), SplitRandom.For(4));
        var tone = ToneAmplitude(got, 500);
        var rest = got.Average(v => (double)v * v) - (tone * tone / 2);
        Assert.Equal(10, 10 * Math.Log10(tone * tone / 2 / rest), 0.3);
    }

    [Fact]
    public void Apply_Telephone_LeavesNothingAboveItsBand()
    {
        var options = Nothing with { TelephoneProbability = 1, MuLawShare = 1 };
        var got = new WaveformAugmenter(options, Bank()).Apply(FilteringTests.Noise(32_000, 2), SplitRandom.For(5));
        var inside = Enumerable.Range(0, 20).Average(i => Power(got, 800 + (100 * i)));
        var above = Enumerable.Range(0, 20).Average(i => Power(got, 4300 + (150 * i)));
        Assert.True(above < inside * 1e-3, $"{above} above, {inside} inside the band");
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
        var sine = FilteringTests.Sine(300, 16_000);
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
    public void Validate_OutOfRange_NamesTheOption(string name)
    {
        AugmentationOptions options = name switch
        {
            "NoiseProbability" => new() { NoiseProbability = 1.1 },
            "PeakDecibels" => new() { PeakDecibels = new(0, -3) },
            "EqualiserDecibels" => new() { EqualiserDecibels = -1 },
            _ => new() { TelephoneProbability = 0.6, LowPassProbability = 0.6 },
        };
        Assert.Contains(name, Assert.Throws<ModelException>(options.Validate).Message, StringComparison.Ordinal);
    }

    private static float[] Augment(AugmentationOptions options) =>
        new WaveformAugmenter(options, Bank()).Apply(Signal, SplitRandom.For(1));

    private static SoundBank Bank() => new(
        [FilteringTests.Noise(5000, 11), FilteringTests.Noise(60_000, 12)],
        [FilteringTests.Noise(3000, 13)],
        [FilteringTests.Noise(9000, 14), FilteringTests.Noise(30_000, 15)]);

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
