using NAudio.Wave;

namespace Speaker.Audio.Tests;

public class ResamplerTests
{
    [Theory]
    [InlineData(48000, 1000)]
    [InlineData(48000, 7000)]
    [InlineData(44100, 3000)]
    [InlineData(8000, 3000)]
    [InlineData(11025, 440)]
    [InlineData(22050, 6500)]
    [InlineData(96000, 2000)]
    [InlineData(44099, 2000)]
    [InlineData(16001, 2000)]
    public void Read_ToneInTheBand_IsTheSameToneAtTheNewRate(int rate, double frequency)
    {
        var output = Resample(Tone(rate, frequency, 1), rate, 16000);

        Assert.InRange(output.Length, 16000, 16001);
        for (var i = 800; i < 15200; i++)
        {
            Assert.Equal(0.5 * Math.Sin(2 * Math.PI * frequency * i / 16000), output[i], 1e-3);
        }
    }

    [Theory]
    [InlineData(48000, 9000)]
    [InlineData(48000, 23000)]
    [InlineData(44100, 12000)]
    [InlineData(22050, 8800)]
    public void Read_ToneAboveTheBand_IsGone(int rate, double frequency)
    {
        var output = Resample(Tone(rate, frequency, 1), rate, 16000);

        for (var i = 800; i < 15200; i++)
        {
            Assert.InRange(Math.Abs(output[i]), 0, 0.5 * Math.Pow(10, -75 / 20.0));
        }
    }

    [Fact]
    public void Read_Upsampled_HasNoImageAboveTheOldBand()
    {
        var output = Resample(Tone(8000, 3000, 1), 8000, 16000);

        double real = 0;
        double imaginary = 0;
        for (var i = 800; i < 15200; i++)
        {
            real += output[i] * Math.Cos(2 * Math.PI * 5000 * i / 16000);
            imaginary += output[i] * Math.Sin(2 * Math.PI * 5000 * i / 16000);
        }

        Assert.InRange(2 * Math.Sqrt((real * real) + (imaginary * imaginary)) / 14400, 0, 1e-4);
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
        private int position;

        public WaveFormat WaveFormat { get; } = WaveFormat.CreateIeeeFloatWaveFormat(rate, 1);

        public int Read(Span<float> buffer)
        {
            var read = Math.Min(Math.Min(most, buffer.Length), samples.Length - position);
            samples.AsSpan(position, read).CopyTo(buffer);
            position += read;
            return read;
        }
    }
}
