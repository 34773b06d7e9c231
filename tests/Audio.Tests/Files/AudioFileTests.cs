using Speaker.Audio.Files;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Files;

public class AudioFileTests
{
    /// <summary>Format, file's rate, channels, and how close the sound must be to what was written, in dB.</summary>
    public static TheoryData<string, int, int, int, double> Formats => new()
    {
        { "a.wav", SoundWriter.Wav16, 16000, 1, 80 },
        { "a.aiff", SoundWriter.Aiff16, 16000, 1, 80 },
        { "a.flac", SoundWriter.Flac16, 16000, 2, 80 },
        { "a.wav", SoundWriter.Wav16, 48000, 2, 55 },
        { "a.flac", SoundWriter.Flac16, 44100, 1, 55 },
        { "a.wav", SoundWriter.Wav16, 22050, 6, 55 },
        { "a.wav", SoundWriter.Wav16, 11025, 1, 55 },
        { "a.ogg", SoundWriter.OggVorbis, 16000, 1, 15 },
        { "a.ogg", SoundWriter.OggVorbis, 48000, 2, 15 },
        { "a.opus", SoundWriter.OggOpus, 48000, 1, 15 },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public void ReadSamples_OfAnyFormat_GivesTheSoundThatWasWritten(
        string name, int format, int rate, int channels, double decibels)
    {
        using var folder = new TemporaryFolder();
        float[] Sound(int atRate) => [.. Signals.Sine(300, 1.5, 0.4, atRate)
            .Zip(Signals.Sine(2350, 1.5, 0.2, atRate), (a, b) => a + b)];
        var path = SoundWriter.Write(folder.File(name), Sound(rate), rate, channels, format);

        var samples = AudioFile.ReadSamples(path);

        var expected = Sound(16000);
        Assert.InRange(samples.Length, expected.Length - 1, expected.Length + 1);
        double signal = 0;
        double error = 0;
        for (var i = 1600; i < expected.Length - 1600; i++)
        {
            signal += expected[i] * (double)expected[i];
            error += Math.Pow(expected[i] - samples[i], 2);
        }

        Assert.InRange(10 * Math.Log10(signal / Math.Max(error, 1e-12)), decibels, double.MaxValue);
    }

    [Theory]
    [InlineData("a.wav", SoundWriter.Wav16, 16000, 1)]
    [InlineData("a.flac", SoundWriter.Flac16, 44100, 2)]
    [InlineData("a.ogg", SoundWriter.OggVorbis, 48000, 2)]
    public void ClaimedSeconds_OfAnyFormat_IsTheLengthThatWasWritten(string name, int format, int rate, int channels)
    {
        using var folder = new TemporaryFolder();
        var path = SoundWriter.Write(folder.File(name), Signals.Sine(300, 1.5, 0.4, rate), rate, channels, format);

        using var source = AudioFile.Open(path);

        Assert.Equal(1.5, source.ClaimedSeconds, 1e-3);
    }

    [Fact]
    public void ReadSamples_OfMp3_GivesTheToneThatWasWritten()
    {
        using var folder = new TemporaryFolder();
        var path = SoundWriter.Write(
            folder.File("a.mp3"), Signals.Sine(1000, 1, 0.5, 44100), 44100, 1, SoundWriter.Mp3);

        var samples = AudioFile.ReadSamples(path);

        Assert.InRange(samples.Length, 15500, 18500);
        Assert.InRange(Power(samples.AsSpan(4000, 8000), 1000), 0.95 * 0.125, 1.05 * 0.125);
    }

    [Fact]
    public void Open_ReadInOddPieces_GivesWhatReadingAtOnceGives()
    {
        using var folder = new TemporaryFolder();
        var path = SoundWriter.Write(folder.File("a.wav"), Signals.Voice(1), 44100, 2, SoundWriter.Wav16);
        var whole = AudioFile.ReadSamples(path);

        using var stream = AudioFile.Open(path);
        var pieces = new List<float>();
        var buffer = new float[997];
        for (int read, size = 1; (read = stream.Read(buffer.AsSpan(0, size))) > 0; size = (size * 7 % 997) + 1)
        {
            pieces.AddRange(buffer.AsSpan(0, read));
        }

        Assert.Equal(16000, stream.WaveFormat.SampleRate);
        Assert.Equal(1, stream.WaveFormat.Channels);
        Assert.Equal(whole, pieces);
    }

    [Fact]
    public void ReadSamples_OfChannelsThatDiffer_AveragesThem()
    {
        using var folder = new TemporaryFolder();
        var left = Signals.Sine(500, 0.5);
        var interleaved = new float[2 * left.Length];
        for (var i = 0; i < left.Length; i++)
        {
            interleaved[2 * i] = left[i];
        }

        var path = folder.Write("a.wav", SoundWriter.Wav(SoundWriter.Pcm16(interleaved), channels: 2));

        var samples = AudioFile.ReadSamples(path);

        Assert.All(left.Zip(samples), pair => Assert.Equal(pair.First / 2, pair.Second, 1e-4));
    }

    public static TheoryData<string, byte[]?, string> Bad => new()
    {
        { "none.wav", null, "there is no such file" },
        { "empty.wav", [], "is empty (0 bytes)" },
        { "text.wav", System.Text.Encoding.ASCII.GetBytes(new string('x', 3000)), "not a sound file that can be read" },
        { "cut.wav", SoundWriter.Wav(new byte[100])[..20], "not a sound file that can be read" },
        { "cut.flac", "fLaC"u8.ToArray(), "not a sound file that can be read" },
        { "nochannels.wav", SoundWriter.Wav(new byte[3200], channels: 0), "hannel" },
        { "slow.wav", SoundWriter.Wav(new byte[3200], rate: 10), "10 samples a second; it must be from 4000" },
        { "fast.wav", SoundWriter.Wav(new byte[3200], rate: 2_000_000_000), "must be from 4000 to 768000" },
        { "many.wav", SoundWriter.Wav(new byte[3200], channels: 200), "hannels" },
        { "nan.wav", FloatWav(float.NaN), "sample 1234 is NaN" },
        { "infinite.wav", FloatWav(float.PositiveInfinity), "sample 1234 is" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void ReadSamples_OfABadFile_SaysWhatIsWrong(string name, byte[]? content, string message)
    {
        using var folder = new TemporaryFolder();
        var path = content is null ? folder.File(name) : folder.Write(name, content);

        var exception = Assert.Throws<AudioException>(() => AudioFile.ReadSamples(path));

        Assert.StartsWith(path, exception.Message, StringComparison.Ordinal);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadSamples_OfADirectory_SaysSo()
    {
        using var folder = new TemporaryFolder();
        var path = Path.GetDirectoryName(folder.File("x"))!;

        var exception = Assert.Throws<AudioException>(() => AudioFile.ReadSamples(path));

        Assert.Contains("is a directory", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadSamples_CancelledBefore_Throws()
    {
        using var folder = new TemporaryFolder();
        var path = SoundWriter.Write(folder.File("a.wav"), Signals.Sine(500, 1), 16000, 1, SoundWriter.Wav16);

        Assert.Throws<OperationCanceledException>(() => AudioFile.ReadSamples(path, new CancellationToken(true)));
    }

    [Fact]
    public void ReadSamples_OfAVorbisRecording_HoldsSpeech()
    {
        var samples = AudioFile.ReadSamples("/usr/share/klettres/en/alpha/A.ogg");

        Assert.InRange(samples.Length, 1600, 160000);
        Assert.InRange(samples.Max(Math.Abs), 0.01f, 1.1f);
    }

    private static byte[] FloatWav(float odd)
    {
        var sound = Signals.Sine(500, 0.5);
        sound[1234] = odd;
        return SoundWriter.Wav(System.Runtime.InteropServices.MemoryMarshal.AsBytes(sound.AsSpan()), bits: 32, tag: 3);
    }

    /// <summary>Power of one frequency, from its projection on sine and cosine.</summary>
    private static double Power(ReadOnlySpan<float> samples, double frequency)
    {
        double real = 0;
        double imaginary = 0;
        for (var i = 0; i < samples.Length; i++)
        {
            var angle = 2 * Math.PI * frequency * i / Signals.Rate;
            real += samples[i] * Math.Cos(angle);
            imaginary += samples[i] * Math.Sin(angle);
        }

        return 2 * ((real * real) + (imaginary * imaginary)) / ((double)samples.Length * samples.Length);
    }
}
