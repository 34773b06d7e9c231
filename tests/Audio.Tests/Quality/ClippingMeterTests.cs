using Speaker.Audio.Quality;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Quality;

public class ClippingMeterTests
{
    /// <summary>A sine of twice the bound is beyond it for two thirds of the time.</summary>
    private const double TwoThirds = 2.0 / 3;

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.5)]
    [InlineData(0.07)]
    public void Measure_SineCutOffAtHalf_CountsTheShareWhateverTheLevelAfterwards(double level)
    {
        var clipped = Signals.Sine(110, 1, 2).Select(value => (float)(level * Math.Clamp(value, -1, 1))).ToArray();

        var measured = ClippingMeter.Measure(clipped);

        Assert.Equal(TwoThirds, measured.ClippedFraction, 0.002);
        Assert.Equal(level, measured.Peak, 1e-6);
    }

    [Fact]
    public void Measure_CutOffOnOneSideOnly_CountsThatSide()
    {
        var clipped = Signals.Sine(110, 1, 0.6).Select(value => Math.Min(value, 0.3f)).ToArray();

        Assert.Equal(TwoThirds / 2, ClippingMeter.Measure(clipped).ClippedFraction, 0.002);
    }

    [Theory]
    [InlineData(0.9)]
    [InlineData(0.05)]
    [InlineData(0.001)]
    public void Measure_WholeVoiceIn16Bits_CountsNothing(double amplitude)
    {
        var voice = Signals.Voice(2, amplitude / 1.2).Select(value => MathF.Round(value * 32767) / 32768).ToArray();

        Assert.InRange(ClippingMeter.Measure(voice).ClippedFraction, 0, 1e-4);
    }

    [Fact]
    public void Measure_SingleSamplesAtFullScale_CountsEach()
    {
        var samples = Signals.Noise(1, 0.5);
        samples[100] = 1;
        samples[5000] = -1;

        Assert.Equal(2.0 / samples.Length, ClippingMeter.Measure(samples).ClippedFraction, 1e-12);
    }
}
