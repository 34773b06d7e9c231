using Speaker.Audio.Features;
using Speaker.Audio.Quality;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Quality;

public class SpeechLevelMeterTests
{
    private static readonly FrontEndSpecification FrontEnd = new();

    [Theory]
    [InlineData(30)]
    [InlineData(20)]
    [InlineData(10)]
    [InlineData(5)]
    [InlineData(0)]
    [InlineData(-5)]
    public void Measure_ToneInWhiteNoise_IsTheRatioThatWasMixed(double decibels)
    {
        const double amplitude = 0.2;
        var noisePower = amplitude * amplitude / 2 / Math.Pow(10, decibels / 10);
        var samples = Signals.Add(
            Signals.Join(new float[32000], Signals.Sine(1000, 2, amplitude), new float[32000]),
            Signals.Noise(6, Math.Sqrt(3 * noisePower)));

        var measured = Measure(samples, 2, 4);

        Assert.Equal(decibels, measured.SignalToNoise!.Value, 0.5);
        Assert.Equal(
            10 * Math.Log10((amplitude * amplitude / 2) + noisePower), measured.SpeechLevel, 0.2);
    }

    [Fact]
    public void Measure_SpeechNoLouderThanTheRest_IsTheLowestRatio() =>
        Assert.Equal(
            -20, Measure(Signals.Join(Signals.Noise(1, 0.2), Signals.Noise(1, 0.1)), 1, 2).SignalToNoise!.Value);

    [Fact]
    public void Measure_NothingButSpeech_IsNotTold() =>
        Assert.Null(Measure(Signals.Voice(1), 0, 1).SignalToNoise);

    [Fact]
    public void Measure_OffsetAndHum_AreNotHeard()
    {
        var samples = Signals.Join(Signals.Noise(1, 0.001), Signals.Sine(1000, 1, 0.1), Signals.Noise(1, 0.001, 2));
        var clean = Measure(samples, 1, 2);
        var disturbed = Measure([.. samples.Select(value => value + 0.1f)], 1, 2);

        Assert.Equal(clean.SpeechLevel, disturbed.SpeechLevel, 0.01);
        Assert.Equal(clean.SignalToNoise!.Value, disturbed.SignalToNoise!.Value, 0.5);
    }

    private static (double SpeechLevel, double? SignalToNoise) Measure(float[] samples, double from, double to) =>
        new SpeechLevelMeter(FrontEnd).Measure(samples, Frames(samples.Length, from, to));

    /// <summary>Speech is the frames that begin between the two times and end before the second.</summary>
    private static bool[] Frames(int samples, double from, double to) =>
    [
        .. Enumerable.Range(0, 1 + ((samples - FrontEnd.FrameLength) / FrontEnd.HopLength))
            .Select(frame => frame * FrontEnd.HopLength)
            .Select(start => start >= from * 16000 && start + FrontEnd.FrameLength <= to * 16000),
    ];
}
