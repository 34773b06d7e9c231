using Speaker.Audio.Files;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Files;

/// <summary>WAV and AIFF as they are read where libsndfile is not installed; libsndfile is the oracle.</summary>
public class UncompressedFileTests
{
    private const int Wav = 0x010000;
    private const int Aiff = 0x020000;
    private const int WavExtensible = 0x130000;
    private const int Rf64 = 0x220000;
    private const int Signed8 = 1;
    private const int Pcm16 = 2;
    private const int Pcm24 = 3;
    private const int Pcm32 = 4;
    private const int Unsigned8 = 5;
    private const int Float = 6;
    private const int Double = 7;

    [Theory]
    [InlineData(Wav | Unsigned8, 8000, 1)]
    [InlineData(Wav | Pcm16, 16000, 1)]
    [InlineData(Wav | Pcm16, 44100, 2)]
    [InlineData(Wav | Pcm24, 48000, 2)]
    [InlineData(Wav | Pcm32, 16000, 3)]
    [InlineData(Wav | Float, 16000, 1)]
    [InlineData(Wav | Float, 22050, 2)]
    [InlineData(Wav | Double, 16000, 2)]
    [InlineData(WavExtensible | Unsigned8, 16000, 2)]
    [InlineData(WavExtensible | Pcm16, 16000, 2)]
    [InlineData(WavExtensible | Pcm24, 16000, 6)]
    [InlineData(WavExtensible | Pcm32, 16000, 1)]
    [InlineData(WavExtensible | Float, 16000, 2)]
    [InlineData(Rf64 | Pcm16, 16000, 2)]
    [InlineData(Aiff | Signed8, 16000, 1)]
    [InlineData(Aiff | Pcm16, 44100, 2)]
    [InlineData(Aiff | Pcm24, 16000, 1)]
    [InlineData(Aiff | Pcm32, 48000, 2)]
    public void Read_PcmOrFloat_GivesTheSamplesOfLibsndfile(int format, int rate, int channels)
    {
        using var folder = new TemporaryFolder();
        float[] sound = [.. Signals.Noise(0.3, 0.9), -1, 1, 0];
        var path = SoundWriter.Write(folder.File("sound"), sound, rate, channels, format);

        using var expected = AudioFile.Open(path, bySoundFileLibrary: true);
        using var read = AudioFile.Open(path, bySoundFileLibrary: false);

        Assert.Equal(expected.ClaimedSeconds, read.ClaimedSeconds);
        var (samples, others) = (All(read), All(expected));
        Assert.Equal(others.Length, samples.Length);
        Assert.InRange(samples.Length, 0.3 * 16000 * Math.Min(1, 16000.0 / rate), double.MaxValue);
        for (var i = 0; i < samples.Length; i++)
        {
            Assert.Equal(others[i], samples[i], 1e-6);
        }
    }

    [Theory]
    [InlineData("a.flac", SoundWriter.Flac16, "neither WAV nor AIFF")]
    [InlineData("a.ogg", SoundWriter.OggVorbis, "neither WAV nor AIFF")]
    [InlineData("a.opus", SoundWriter.OggOpus, "neither WAV nor AIFF")]
    [InlineData("a.mp3", SoundWriter.Mp3, "neither WAV nor AIFF")]
    [InlineData("a.wav", Wav | 0x10, "its samples are MuLaw, not PCM or float")]
    [InlineData("a.wav", Wav | 0x12, "its samples are DviAdpcm, not PCM or float")]
    [InlineData("a.wav", Wav | 0x20, "its samples are Gsm610, not PCM or float")]
    [InlineData("a.aifc", Aiff | Float, "AIFF-C that is compressed or little-endian")]
    public void Open_AnyOtherKind_SaysWhichPackageToInstall(string name, int format, string reason)
    {
        using var folder = new TemporaryFolder();
        var path = SoundWriter.Write(folder.File(name), Signals.Voice(0.5), 16000, 1, format);

        var exception = Assert.Throws<AudioException>(() => AudioFile.Open(path, bySoundFileLibrary: false));

        Assert.Equal(
            $"{path}: cannot be read ({reason}). Without libsndfile only WAV and AIFF of PCM or float samples are read; "
            + "for all other kinds install the package libsndfile1.",
            exception.Message);
    }

    [Fact]
    public void Read_InOddPieces_GivesWhatReadingAtOnceGives()
    {
        using var folder = new TemporaryFolder();
        var path = SoundWriter.Write(folder.File("a.wav"), Signals.Voice(1), 44100, 3, Wav | Pcm24);
        using var whole = AudioFile.Open(path, bySoundFileLibrary: false);
        using var source = AudioFile.Open(path, bySoundFileLibrary: false);
        var pieces = new List<float>();
        var buffer = new float[997];
        for (int read, size = 1; (read = source.Read(buffer.AsSpan(0, size))) > 0; size = (size * 7 % 997) + 1)
        {
            pieces.AddRange(buffer.AsSpan(0, read));
        }

        Assert.Equal(All(whole), pieces);
    }

    /// <summary>A frame that is cut off is none.</summary>
    [Theory]
    [InlineData(2, 16, 5)]
    [InlineData(2, 24, 7)]
    [InlineData(1, 32, 3)]
    public void Read_OfAWavThatEndsWithinAFrame_GivesTheWholeOnes(int channels, int bits, int rest)
    {
        using var folder = new TemporaryFolder();
        var frame = channels * bits / 8;
        var path = folder.Write("a.wav", SoundWriter.Wav(
            new byte[(100 * frame) + (rest % frame)], channels, bits: bits, claimed: 1_000_000));

        using var source = AudioFile.Open(path, bySoundFileLibrary: false);

        Assert.Equal(100, All(source).Length);
    }

    internal static float[] All(AudioFileSource source)
    {
        var samples = new List<float>();
        var buffer = new float[4096];
        for (int read; (read = source.Read(buffer)) > 0;)
        {
            samples.AddRange(buffer.AsSpan(0, read));
        }

        return [.. samples];
    }
}
