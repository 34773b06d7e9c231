using NAudio.Wave;
using Speaker.Audio.Resampling;

namespace Speaker.Audio.Tests.Resampling;

public class ResamplerTests
{
    /// <summary>16-bit samples have 98 dB, 20-bit ones 122.</summary>
    private const double Floor = -130;

    [Theory]
    [InlineData(8000, 440)]
    [InlineData(8000, 3600)]
    [InlineData(11025, 440)]
    [InlineData(11025, 4900)]
    [InlineData(22050, 100)]
    [InlineData(22050, 7600)]
    [InlineData(44100, 3000)]
    [InlineData(44100, 7600)]
    [InlineData(48000, 1000)]
    [InlineData(48000, 7600)]
    [InlineData(96000, 2000)]
    [InlineData(96000, 7600)]
    public void Read_ToneInTheBand_KeepsItsLevelAndPhaseAndGainsNothing(int rate, double frequency)
    {
        var output = Resample(Tone(rate, frequency, 1), rate, 16000);

        var (level, phase, residue) = Fit(output, frequency);
        Assert.Equal(0, level, 0.001);
        Assert.Equal(0, phase, 1e-5);
        Assert.InRange(residue, -300, Floor);
    }

    [Theory]
    [InlineData(44099, 2000)]
    [InlineData(16001, 2000)]
    public void Read_ToneAtARateWithManyPhases_IsTheSameTone(int rate, double frequency)
    {
        var (level, phase, residue) = Fit(Resample(Tone(rate, frequency, 1), rate, 16000), frequency);

        Assert.Equal(0, level, 0.001);
        Assert.Equal(0, phase, 1e-5);
        Assert.InRange(residue, -300, -110);
    }

    [Theory]
    [InlineData(48000, 8500)]
    [InlineData(48000, 23000)]
    [InlineData(44100, 8500)]
    [InlineData(44100, 12000)]
    [InlineData(96000, 8500)]
    [InlineData(96000, 40000)]
    [InlineData(22050, 8800)]
    [InlineData(22050, 10900)]
    public void Read_ToneAboveTheBand_IsGone(int rate, double frequency)
    {
        var output = Resample(Tone(rate, frequency, 1), rate, 16000);

        Assert.InRange(Decibels(output[800..15200]), -300, Floor);
    }

    [Theory]
    [InlineData(48000)]
    [InlineData(96000)]
    public void Read_Impulse_IsTheFilterSymmetricAboutItsOwnTimeAndOfUnitSum(int rate)
    {
        var sound = new float[rate / 4];
        sound[rate / 8] = 1;

        var output = Resample(sound, rate, 16000);

        var factor = rate / 16000;
        Assert.Equal(2000, Array.IndexOf(output, output.Max()));
        Assert.Equal(1.0 / factor, output.Sum(value => (double)value), 1e-5);
        for (var i = 1; i < 2000; i++)
        {
            Assert.Equal(output[2000 - i], output[2000 + i], 1e-9f);
        }
    }

    [Theory]
    [InlineData(8000)]
    [InlineData(11025)]
    [InlineData(22050)]
    [InlineData(44100)]
    [InlineData(48000)]
    [InlineData(96000)]
    public void Read_AnyRate_GivesCeilingOfItsShare(int rate)
    {
        foreach (var length in (int[])[1, 160, 12345])
        {
            var expected = ((length * 16000L) + rate - 1) / rate;
            Assert.Equal(expected, Resample(new float[length], rate, 16000).Length);
        }
    }

    [Fact]
    public void Read_Constant_StaysTheConstant()
    {
        var output = Resample(Enumerable.Repeat(0.25f, 44100).ToArray(), 44100, 16000);

        Assert.All(output[800..15200], value => Assert.Equal(0.25f, value, 1e-5f));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(4801, 1601)]
    public void Read_ThreeToOne_GivesCeilingOfAThird(int length, int expected) =>
        Assert.Equal(expected, Resample(new float[length], 48000, 16000).Length);

    [Fact]
    public void Read_InOddPiecesFromASourceInOddPieces_GivesTheSameBits()
    {
        var sound = Tone(44100, 777, 0.5);
        var whole = Resample(sound, 44100, 16000);
        var resampler = new Resampler(new Source(sound, 44100, 333), 16000);

        var pieces = new List<float>();
        var buffer = new float[101];
        for (int read, size = 1; (read = resampler.Read(buffer.AsSpan(0, size))) > 0; size = (size * 3 % 101) + 1)
        {
            pieces.AddRange(buffer.AsSpan(0, read));
        }

        Assert.Equal(whole, pieces);
    }

    /// <summary>
    /// The sine of <see cref="Tone"/> in the middle of the output, by least squares: its level against the original in
    /// dB, its phase in radians, and everything else against the original in dB.
    /// </summary>
    private static (double Level, double Phase, double Residue) Fit(float[] output, double frequency)
    {
        const int first = 800;
        var middle = output[first..15200];
        double ss = 0, cc = 0, sc = 0, ys = 0, yc = 0;
        for (var i = 0; i < middle.Length; i++)
        {
            var (sine, cosine) = Math.SinCos(2 * Math.PI * frequency * (i + first) / 16000);
            ss += sine * sine;
            cc += cosine * cosine;
            sc += sine * cosine;
            ys += middle[i] * sine;
            yc += middle[i] * cosine;
        }

        var determinant = (ss * cc) - (sc * sc);
        var inPhase = ((ys * cc) - (yc * sc)) / determinant;
        var quadrature = ((yc * ss) - (ys * sc)) / determinant;
        var residue = middle.Select((value, i) =>
        {
            var (sine, cosine) = Math.SinCos(2 * Math.PI * frequency * (i + first) / 16000);
            return value - (inPhase * sine) - (quadrature * cosine);
        });
        return (
            20 * Math.Log10(Math.Sqrt((inPhase * inPhase) + (quadrature * quadrature)) / 0.5),
            Math.Atan2(quadrature, inPhase),
            Decibels(residue));
    }

    private static double Decibels(IEnumerable<double> values) =>
        10 * Math.Log10((values.Average(value => value * value) / (0.5 * 0.5 / 2)) + 1e-30);

    private static double Decibels(float[] values) => Decibels(values.Select(value => (double)value));

    private static float[] Tone(int rate, double frequency, double seconds) =>
        [.. Enumerable.Range(0, (int)(rate * seconds))
            .Select(i => (float)(0.5 * Math.Sin(2 * Math.PI * frequency * i / rate)))];

    private static float[] Resample(float[] sound, int rate, int newRate)
    {
        var resampler = new Resampler(new Source(sound, rate, 4096), newRate);
        Assert.Equal(newRate, resampler.WaveFormat.SampleRate);
        var output = new float[(int)((long)sound.Length * newRate / rate) + 100];
        var length = 0;
        for (int read; (read = resampler.Read(output.AsSpan(length))) > 0; length += read)
        {
        }

        return output[..length];
    }

    /// <summary>Samples from memory, never more than so many at a time.</summary>
    private sealed class Source(float[] samples, int rate, int most) : ISampleProvider
    {
        private int _position;

        public WaveFormat WaveFormat { get; } = WaveFormat.CreateIeeeFloatWaveFormat(rate, 1);

        public int Read(Span<float> buffer)
        {
            var read = Math.Min(Math.Min(most, buffer.Length), samples.Length - _position);
            samples.AsSpan(_position, read).CopyTo(buffer);
            _position += read;
            return read;
        }
    }
}
