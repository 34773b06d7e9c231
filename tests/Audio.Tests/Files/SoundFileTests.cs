using Speaker.Audio.Files;
using Speaker.Audio.Files.SoundFile;

namespace Speaker.Audio.Tests.Files;

/// <summary>Sound files written to and read from streams in memory by libsndfile.</summary>
public class SoundFileTests
{
    private const int FloatWav = 0x010006;
    private const int GsmWav = 0x010020;
    private const int Vorbis = 0x200060;
    private const int Opus = 0x200064;

    [Fact]
    public void Write_FloatWavOfTwoChannels_IsTheFileThatTheStandardDescribesAndReadsBackExactly()
    {
        float[] samples = [0.5f, -0.25f, 0.125f, 1, -1, 0];
        var bytes = Write(samples, 22_050, 2, FloatWav);

        Assert.Equal("RIFF"u8, bytes.AsSpan(0, 4));
        Assert.Equal("WAVE"u8, bytes.AsSpan(8, 4));
        var data = bytes.AsSpan().IndexOf("data"u8);
        Assert.Equal(24, BitConverter.ToInt32(bytes, data + 4));
        Assert.Equal(-0.25f, BitConverter.ToSingle(bytes, data + 12));

        using var reader = new SoundFileReader(new MemoryStream(bytes));
        Assert.Equal((22_050, 2), (reader.WaveFormat.SampleRate, reader.WaveFormat.Channels));
        Assert.Equal(3, reader.ClaimedFrames);
        var read = new float[10];
        Assert.Equal(6, reader.Read(read));
        Assert.Equal(samples, read[..6]);
        Assert.Equal(0, reader.Read(read));
    }

    [Theory]
    [InlineData(GsmWav, 8000)]
    [InlineData(Vorbis, 16_000)]
    [InlineData(Opus, 16_000)]
    public void Write_Codec_GivesTheToneBackAtItsRate(int format, int sampleRate)
    {
        var tone = Tone(440, sampleRate, 2);
        using var reader = new SoundFileReader(new MemoryStream(Write(tone, sampleRate, 1, format)));
        Assert.Equal((sampleRate, 1), (reader.WaveFormat.SampleRate, reader.WaveFormat.Channels));
        var read = new float[tone.Length + 4000];
        var count = 0;
        while (reader.Read(read.AsSpan(count)) is > 0 and var more)
        {
            count += more;
        }

        Assert.InRange(count, tone.Length, tone.Length + 640);
        var error = tone.Zip(read, (x, y) => (double)(x - y) * (x - y)).Sum();
        Assert.InRange(10 * Math.Log10(tone.Sum(x => (double)x * x) / error), 10, 80);
    }

    [Theory]
    [InlineData(Vorbis)]
    [InlineData(Opus)]
    public void Quality_Lower_WritesFewerBytes(int format)
    {
        var tone = Tone(440, 16_000, 3);
        var random = new Random(1);
        for (var i = 0; i < tone.Length; i++)
        {
            tone[i] += 0.1f * (float)(random.NextDouble() - 0.5);
        }

        var (low, high) = (Write(tone, 16_000, 1, format, 0.0).Length, Write(tone, 16_000, 1, format, 0.9).Length);
        Assert.True(2 * low < high, $"{low} and {high} bytes");
    }

    [Fact]
    public void Writer_NoSuchFormat_SaysSo()
    {
        // GSM takes one channel.
        var error = Assert.Throws<ArgumentException>(() => new SoundFileWriter(new MemoryStream(), 8000, 2, GsmWav));
        Assert.Contains("0x10020", error.Message, StringComparison.Ordinal);
        Assert.Equal("format", error.ParamName);
    }

    [Fact]
    public void Reader_StreamThatIsNoSound_SaysSo()
    {
        var error = Assert.Throws<SoundFileException>(
            () => new SoundFileReader(new MemoryStream("no sound"u8.ToArray())));
        Assert.NotEmpty(error.Message);
        Assert.NotEqual(0, error.ErrorCode);
    }

    [Fact]
    public void ReaderAndWriter_StreamThatFails_SayWhatItSaid()
    {
        Assert.Equal("the disk is gone", Assert.Throws<SoundFileException>(
            () => new SoundFileReader(new BrokenStream())).Message);

        using var stream = new BrokenStream();
        Assert.Equal("the disk is gone", Assert.Throws<SoundFileException>(() =>
        {
            using var writer = new SoundFileWriter(stream, 16_000, 1, FloatWav);
            writer.Write(new float[100_000]);
        }).Message);
    }

    private static byte[] Write(float[] samples, int sampleRate, int channels, int format, double? quality = null)
    {
        var stream = new MemoryStream();
        using (var writer = new SoundFileWriter(stream, sampleRate, channels, format, quality))
        {
            writer.Write(samples);
        }

        return stream.ToArray();
    }

    private static float[] Tone(double hertz, int sampleRate, double seconds) =>
    [
        .. Enumerable.Range(0, (int)(seconds * sampleRate))
            .Select(i => 0.4f * (float)Math.Sin(2 * Math.PI * hertz * i / sampleRate)),
    ];

    private sealed class BrokenStream : MemoryStream
    {
        public override int Read(Span<byte> buffer) => throw new IOException("the disk is gone");

        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("the disk is gone");
    }
}
