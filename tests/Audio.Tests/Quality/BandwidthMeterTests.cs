using Speaker.Audio.Features;
using Speaker.Audio.Files;
using Speaker.Audio.Quality;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Quality;

public class BandwidthMeterTests
{
    private static readonly FrontEndSpecification FrontEnd = new();

    [Theory]
    [InlineData(2000)]
    [InlineData(3400)]
    [InlineData(4000)]
    [InlineData(5500)]
    [InlineData(7000)]
    public void Measure_NoiseLowPassed_IsTheCornerToWithinTheFilterAndTwoBands(double corner)
    {
        var bandwidth = Measure(Signals.LowPass(Signals.Noise(2, 0.3), corner));

        // The filter is 62 dB down some 200 Hz above its corner; a band is 125 Hz wide.
        Assert.InRange(bandwidth, corner, corner + 375);
    }

    [Fact]
    public void Measure_WhiteNoise_IsTheWholeBand() => Assert.Equal(8000, Measure(Signals.Noise(1)));

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.01)]
    public void Measure_Upsampled8Kilohertz_IsNoMoreThanItHas(double level)
    {
        // Every second sample of a sound below 3,600 Hz, through the resampler that files go through.
        var half = Signals.LowPass(Signals.Noise(2, 0.3 * level), 3600).Where((_, i) => i % 2 == 0).ToArray();
        using var folder = new TemporaryFolder();
        var path = SoundWriter.Write(folder.File("a.wav"), half, 8000, 1, SoundWriter.Wav16);

        Assert.InRange(Measure(AudioFile.ReadSamples(path)), 3600, 4125);
    }

    [Fact]
    public void Measure_FewClicks_DoNotWidenIt()
    {
        var samples = Signals.LowPass(Signals.Noise(2, 0.3), 3400);
        for (var i = 4000; i < samples.Length; i += 8000)
        {
            samples[i] = 1;
        }

        Assert.InRange(Measure(samples), 3400, 3800);
    }

    [Fact]
    public void Measure_OnlyTheFramesOfSpeech_Count()
    {
        var samples = Signals.Join(Signals.Noise(1), Signals.LowPass(Signals.Noise(1, 0.1, 2), 3400));
        var frames = Enumerable.Range(0, 1 + ((samples.Length - FrontEnd.FrameLength) / FrontEnd.HopLength))
            .Select(frame => frame * FrontEnd.HopLength >= 16000).ToArray();
        var meter = new BandwidthMeter(FrontEnd);

        Assert.InRange(meter.Measure(samples, frames), 3400, 3800);
        Assert.Equal(8000, meter.Measure(Signals.Noise(1), Enumerable.Repeat(true, 98).ToArray()));
        Assert.InRange(meter.Measure(samples, frames), 3400, 3800);
    }

    private static double Measure(float[] samples)
    {
        var frames = 1 + ((samples.Length - FrontEnd.FrameLength) / FrontEnd.HopLength);
        return new BandwidthMeter(FrontEnd).Measure(samples, Enumerable.Repeat(true, frames).ToArray());
    }
}
