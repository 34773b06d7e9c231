using System.Runtime.InteropServices;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Files;

/// <summary>WAV and AIFF that are not compressed: libsndfile is the oracle, bit for bit.</summary>
public class PcmFileTests
{
    private const int Wav = 0x010000;
    private const int Aiff = 0x020000;
    private const int WavExtensible = 0x130000;
    private const int Rf64 = 0x220000;
    private const int BigEndian = 0x20000000;
    private const int LittleEndian = 0x10000000;
    private const int Signed8 = 1;
    private const int Pcm16 = 2;
    private const int Pcm24 = 3;
    private const int Pcm32 = 4;
    private const int Unsigned8 = 5;
    private const int Float = 6;
    private const int Double = 7;
    private const int MuLaw = 0x10;
    private const int ALaw = 0x11;

    private static readonly AudioFileOptions WithoutSoundFile = new() { HasSoundFileLibrary = false };

    public static TheoryData<int, int, int> Formats()
    {
        var formats = new TheoryData<int, int, int>();
        foreach (var encoding in (int[])[Unsigned8, Pcm16, Pcm24, Pcm32, Float, Double, MuLaw, ALaw])
        {
            formats.Add(Wav | encoding, 16000, 1);
            formats.Add(Wav | encoding, 44100, 2);
            formats.Add(Wav | BigEndian | encoding, 16000, 2);
            formats.Add(WavExtensible | encoding, 48000, 6);
            formats.Add(Rf64 | encoding, 8000, 3);
        }

        foreach (var encoding in (int[])[Signed8, Unsigned8, Pcm16, Pcm24, Pcm32, Float, Double, MuLaw, ALaw])
        {
            formats.Add(Aiff | encoding, 16000, 1);
            formats.Add(Aiff | encoding, 44100, 2);
        }

        foreach (var encoding in (int[])[Pcm16, Pcm24, Pcm32])
        {
            formats.Add(Aiff | LittleEndian | encoding, 16000, 2);
        }

        return formats;
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Read_OfAnyEncoding_GivesTheSamplesOfLibsndfile(int format, int rate, int channels)
    {
        using var folder = new TemporaryFolder();
        float[] sound = [.. Signals.Noise(0.3, 0.9), -1, 1, 0, 0.5f];
        var path = SoundWriter.Write(folder.File("sound"), sound, rate, channels, format);
        var expected = Decoded.BySoundFile(File.ReadAllBytes(path));

        using var source = AudioFile.Open(path, WithoutSoundFile);

        Assert.Equal((double)sound.Length / rate, source.ClaimedSeconds, 1e-9);
        Assert.Equal(sound.Length * channels, expected.Length);
        if (rate == Signals.Rate)
        {
            var mono = new float[sound.Length];
            for (var i = 0; i < mono.Length; i++)
            {
                for (var channel = 0; channel < channels; channel++)
                {
                    mono[i] += expected[(i * channels) + channel] * (1f / channels);
                }
            }

            Assert.Equal(mono, Decoded.Clean(path));
        }
        else
        {
            Assert.NotEmpty(Decoded.Clean(path));
        }
    }

    [Theory]
    [InlineData("a.ogg", SoundWriter.OggVorbis)]
    [InlineData("a.opus", SoundWriter.OggOpus)]
    [InlineData("a.mp3", SoundWriter.Mp3)]
    [InlineData("a.wav", Wav | 0x12)]
    [InlineData("a.wav", Wav | 0x20)]
    [InlineData("a.aifc", Aiff | 0x12)]
    public void Open_AnyOtherKindWithoutLibsndfile_SaysWhichPackageToInstall(string name, int format)
    {
        using var folder = new TemporaryFolder();
        var path = SoundWriter.Write(folder.File(name), Signals.Voice(0.5), 16000, 1, format);

        Assert.Equal(
            $"{path}: cannot be read, for libsndfile is not installed. Without it WAV, AIFF and FLAC are read; for all "
            + "other kinds install the package libsndfile1.",
            Decoded.Refusal(path, WithoutSoundFile));
    }

    [Fact]
    public void Read_InOddPieces_GivesWhatReadingAtOnceGives()
    {
        using var folder = new TemporaryFolder();
        var path = SoundWriter.Write(folder.File("a.wav"), Signals.Voice(1), 44100, 3, Wav | Pcm24);
        using var source = AudioFile.Open(path);
        var pieces = new List<float>();
        var buffer = new float[997];
        for (int read, size = 1; (read = source.Read(buffer.AsSpan(0, size))) > 0; size = (size * 7 % 997) + 1)
        {
            pieces.AddRange(buffer.AsSpan(0, read));
        }

        Assert.Equal(Decoded.Clean(path), pieces);
    }

    /// <summary>A frame that is cut off is none.</summary>
    [Theory]
    [InlineData(2, 16, 3)]
    [InlineData(2, 24, 1)]
    [InlineData(1, 32, 3)]
    public void Read_OfAWavThatEndsWithinAFrame_GivesTheWholeOnes(int channels, int bits, int rest)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.wav", SoundWriter.Wav(
            new byte[(100 * channels * bits / 8) + rest], channels, bits: bits, claimed: 1_000_000));

        Assert.Equal(100, Decoded.With(RecordingIssue.Cut, "cut: by its header it holds", path).Length);
    }

    /// <summary>Bits that do not fill their bytes lie at the top of them.</summary>
    [Theory]
    [InlineData(12, 2)]
    [InlineData(20, 3)]
    [InlineData(20, 4)]
    [InlineData(24, 4)]
    public void Read_OfBitsThatDoNotFillTheirBytes_TakesThemFromTheTop(int bits, int width)
    {
        using var folder = new TemporaryFolder();
        var sound = Signals.Sine(500, 0.1);
        var data = new byte[sound.Length * width];
        for (var i = 0; i < sound.Length; i++)
        {
            var value = (int)Math.Round(sound[i] * (1 << (bits - 1))) << (32 - bits);
            BitConverter.GetBytes(value)[(4 - width)..].CopyTo(data, i * width);
        }

        var file = SoundWriter.Wav(data, bits: bits);
        BitConverter.TryWriteBytes(file.AsSpan(32), (ushort)width);

        var read = Decoded.Clean(folder.Write("a.wav", file));

        Assert.Equal(sound.Length, read.Length);
        Assert.All(sound.Zip(read), pair => Assert.Equal(pair.First, pair.Second, Math.Pow(2, 1 - bits)));
    }

    [Theory]
    [InlineData(16, 1, 32768.0)]
    [InlineData(16, 2, 32768.0)]
    [InlineData(24, 1, 8388608.0)]
    [InlineData(32, 1, 2147483648.0)]
    public void Read_OfFloatsInUnitsOfIntegers_ScalesThemAndSaysSo(int bits, int channels, double unit)
    {
        using var folder = new TemporaryFolder();
        float[] sound = [.. new float[8000], .. Signals.Voice(1)];
        var scaled = new float[sound.Length * channels];
        for (var i = 0; i < scaled.Length; i++)
        {
            scaled[i] = (float)(sound[i / channels] * unit);
        }

        var path = folder.Write("a.wav", SoundWriter.Wav(
            MemoryMarshal.AsBytes(scaled.AsSpan()), channels, bits: 32, tag: 3));
        var doubles = folder.Write("b.wav", SoundWriter.Wav(
            MemoryMarshal.AsBytes(scaled.Select(sample => (double)sample).ToArray().AsSpan()), channels, bits: 64, tag: 3));

        var read = Decoded.With(RecordingIssue.IntegerUnits, $"in the units of {bits} bits", path);

        Assert.All(sound.Zip(read), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        Assert.Equal(read, Decoded.With(RecordingIssue.IntegerUnits, $"in the units of {bits} bits", doubles));
    }

    /// <summary>A mix that goes over full scale is none, nor is one broken sample.</summary>
    [Theory]
    [InlineData(8f)]
    [InlineData(4000f)]
    public void Read_OfFloatsBeyondFullScale_LeavesThemAlone(float largest)
    {
        using var folder = new TemporaryFolder();
        var sound = Signals.Voice(0.5);
        sound[777] = largest;

        var read = Decoded.Clean(folder.Write("a.wav", SoundWriter.Wav(
            MemoryMarshal.AsBytes(sound.AsSpan()), bits: 32, tag: 3)));

        Assert.Equal(sound, read);
    }
}
