using System.Buffers.Binary;
using System.Text;
using Speaker.Audio.Tests.Hostile;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Files;

/// <summary>What a WAV header may say, and what is read then.</summary>
public class WaveFileTests
{
    private static readonly float[] Sound = Signals.Voice(0.5);

    private static readonly byte[] Pcm = SoundWriter.Pcm16(Sound);

    // --- lists whose parts step back onto themselves, which libsndfile follows for ever ---

    [Theory]
    [InlineData("RIFF", "INFO", -8)]
    [InlineData("RIFF", "adtl", -12)]
    [InlineData("RIFF", "exif", -8)]
    [InlineData("RIFX", "INFO", -8)]
    [InlineData("RF64", "INFO", -8)]
    [InlineData("BW64", "adtl", -4)]
    [InlineData("RIFF", "INFO", int.MinValue)]
    public void Read_OfAListThatStepsBack_GivesTheSound(string container, string list, int size)
    {
        using var folder = new TemporaryFolder();
        var isBig = container == "RIFX";
        byte[] chunk = [.. Encoding.ASCII.GetBytes(list), .. "ABCD"u8, .. Word(size, isBig), .. new byte[24]];
        byte[] listChunk = [.. "LIST"u8, .. Word(chunk.Length, isBig), .. chunk];
        var path = folder.Write("a.wav", Wave(container, listChunk, Pcm, isBig));

        Assert.Equal(Sound.Length, Decoded.Clean(path).Length);
        Assert.Equal(Decoded.Clean(folder.Write("b.wav", SoundWriter.Wav(Pcm))), Decoded.Clean(path));
    }

    // --- lengths that nobody wrote down ---

    [Theory]
    [InlineData(0u, 0u)]
    [InlineData(36u, 0u)]
    [InlineData(0xFFFFFFFFu, 0xFFFFFFFFu)]
    [InlineData(0x7FFFFFFFu, 0x7FFFFFDBu)]
    [InlineData(0xFFFFFFFFu, 0xFFFFFFDBu)]
    public void Read_OfAFileThatWasNotClosed_GoesToItsEnd(uint riff, uint data)
    {
        using var folder = new TemporaryFolder();
        var file = SoundWriter.Wav(Pcm);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(4), riff);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(40), data);

        var read = Decoded.With(
            RecordingIssue.UnfinishedHeader, "did not close the file", folder.Write("a.wav", file));

        Assert.Equal(Decoded.Clean(folder.Write("b.wav", SoundWriter.Wav(Pcm))), read);
    }

    /// <summary>The recorder of an RF64 fills in the sizes at the end.</summary>
    [Theory]
    [InlineData("RF64", 0)]
    [InlineData("BW64", 0)]
    [InlineData("RF64", -8)]
    [InlineData("RF64", long.MaxValue)]
    public void Read_OfALongFileThatWasNotClosed_GoesToItsEnd(string container, long size)
    {
        using var folder = new TemporaryFolder();
        var file = SoundWriter.Rf64(Pcm, size, size);
        Encoding.ASCII.GetBytes(container).CopyTo(file, 0);

        var read = Decoded.With(
            RecordingIssue.UnfinishedHeader, "did not close the file", folder.Write("a.wav", file));

        Assert.Equal(Sound.Length, read.Length);
    }

    /// <summary>A recording of nothing is not what follows it.</summary>
    [Fact]
    public void Read_OfNoSoundBeforeAnotherChunk_GivesNone()
    {
        using var folder = new TemporaryFolder();
        byte[] list = [.. "LIST"u8, 4, 0, 0, 0, .. "INFO"u8];
        byte[] file = [.. SoundWriter.Wav([]), .. list];

        Assert.Empty(Decoded.Clean(folder.Write("a.wav", file)));
    }

    // --- what is cut ---

    [Theory]
    [InlineData(0.5, 0.25)]
    [InlineData(3600, 0.5)]
    public void Read_OfAFileThatIsCut_SaysSoAndGivesWhatIsThere(double claimed, double present)
    {
        using var folder = new TemporaryFolder();
        var bytes = (int)(present * 2 * Signals.Rate);
        var path = folder.Write("a.wav", SoundWriter.Wav(
            Pcm.AsSpan(0, bytes), claimed: (uint)(claimed * 2 * Signals.Rate)));

        var read = Decoded.With(
            RecordingIssue.Cut, $"by its header it holds {claimed:F2} s of sound, {present:F2} s are there", path);

        Assert.Equal(bytes / 2, read.Length);
    }

    [Fact]
    public void Read_OfAFileThatIsCutBeforeItsSound_SaysSo()
    {
        using var folder = new TemporaryFolder();

        Assert.Contains(
            "it is cut: by its header it has 16044 bytes, 38 are there",
            Decoded.Refusal(folder.Write("a.wav", SoundWriter.Wav(Pcm).AsSpan(0, 38))), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfAnRf64ThatIsCut_SaysSo()
    {
        using var folder = new TemporaryFolder();
        var file = SoundWriter.Rf64(Pcm, Pcm.Length + 72, Pcm.Length)[..^8000];

        Assert.Equal(
            Sound.Length - 4000,
            Decoded.With(RecordingIssue.Cut, "0.50 s of sound, 0.25 s are there", folder.Write("a.wav", file)).Length);
    }

    // --- several recordings in one file ---

    [Fact]
    public void Read_OfSeveralChunksOfSamples_GivesAllOfThem()
    {
        using var folder = new TemporaryFolder();
        var wav = SoundWriter.Wav(Pcm);
        byte[] list = [.. "LIST"u8, 4, 0, 0, 0, .. "INFO"u8];
        byte[] file = [.. wav, .. list, .. wav[36..]];

        var read = Decoded.Clean(folder.Write("a.wav", file));

        var once = Decoded.Clean(folder.Write("b.wav", wav));
        Assert.Equal([.. once, .. once], read);
    }

    [Fact]
    public void Read_OfOneFileBehindAnother_GivesBoth()
    {
        using var folder = new TemporaryFolder();
        var wav = SoundWriter.Wav(Pcm);
        byte[] file = [.. wav, .. wav];

        var once = Decoded.Clean(folder.Write("b.wav", wav));
        Assert.Equal([.. once, .. once], Decoded.Clean(folder.Write("a.wav", file)));
    }

    [Fact]
    public void Read_OfOneFileBehindAnotherOfAnotherFormat_SaysSo()
    {
        using var folder = new TemporaryFolder();
        byte[] file = [.. SoundWriter.Wav(Pcm), .. SoundWriter.Wav(Pcm, rate: 8000)];

        Assert.Contains(
            "two chunks fmt that differ", Decoded.Refusal(folder.Write("a.wav", file)), StringComparison.Ordinal);
    }

    // --- codecs ---

    /// <summary>Only a header of ours reaches libsndfile: a list that would hang it does not.</summary>
    [Theory]
    [InlineData(0x12)]
    [InlineData(0x13)]
    [InlineData(0x30)]
    public void Read_OfACompressedFileWithAListThatStepsBack_GivesTheSound(int codec)
    {
        using var folder = new TemporaryFolder();
        var plain = SoundWriter.Write(folder.File("a.wav"), Sound, Signals.Rate, 1, 0x010000 | codec);
        var file = File.ReadAllBytes(plain);
        var end = 20 + BitConverter.ToInt32(file, 16);
        byte[] chunk = [.. "INFOABCD"u8, .. Word(-8, isBig: false), .. new byte[8]];
        byte[] hostile = [.. file[..end], .. "LIST"u8, .. Word(chunk.Length, isBig: false), .. chunk, .. file[end..]];

        var expected = Decoded.BySoundFile(file);

        Assert.Equal(expected, Decoded.Clean(plain));
        Assert.Equal(expected, Decoded.Clean(folder.Write("b.wav", hostile)));
    }

    /// <summary>libsndfile 1.2 makes 20 ms of noise of the zero that pads an odd number of blocks.</summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(0.52)]
    public void Read_OfGsm_GivesAsManyBlocksAsThereAre(double seconds)
    {
        using var folder = new TemporaryFolder();
        var path = SoundWriter.Write(folder.File("a.wav"), new float[(int)(seconds * 8000)], 8000, 1, 0x010020);
        var file = File.ReadAllBytes(path);
        var data = file.AsSpan().IndexOf("data"u8);

        var read = Decoded.Heard(path).Samples;

        var blocks = BitConverter.ToInt32(file, data + 4) / 65;
        Assert.Equal(blocks * 320 * 2, read.Length);
    }

    [Fact]
    public void Read_OfMpegAudioInWav_GivesWhatTheFramesGive()
    {
        using var folder = new TemporaryFolder();
        var mp3 = File.ReadAllBytes(
            SoundWriter.Write(folder.File("a.mp3"), Signals.Voice(1), Signals.Rate, 1, SoundWriter.Mp3));

        var wav = folder.Write("a.wav", SoundWriter.Wav(mp3, tag: 0x55));

        Assert.Equal(Decoded.Clean(folder.File("a.mp3")), Decoded.Clean(wav));
    }

    [Theory]
    [InlineData(0x161, "Windows Media Audio in WAV")]
    [InlineData(0xFF, "AAC in WAV")]
    [InlineData(0x1234, "a codec of the number 0x1234 in WAV")]
    public void Open_OfACodecThatIsNotRead_SaysHowToConvertIt(int tag, string name)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.wav", SoundWriter.Wav(new byte[3200], tag: tag));

        Assert.Contains(
            $"is {name}, which is not read without ffmpeg. Convert it: ffmpeg -i '{path}' 'a.wav'",
            Decoded.Refusal(path, new AudioFileOptions { Ffmpeg = AudioFileOptions.Off }), StringComparison.Ordinal);
    }

    private static byte[] Word(int value, bool isBig)
    {
        var bytes = new byte[4];
        if (isBig)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        }
        else
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        }

        return bytes;
    }

    /// <summary>16-bit mono, with chunks between its format and its samples.</summary>
    private static byte[] Wave(string container, byte[] chunks, byte[] data, bool isBig)
    {
        if (container is "RF64" or "BW64")
        {
            var file = SoundWriter.Rf64(data, data.Length + 72, data.Length);
            Encoding.ASCII.GetBytes(container).CopyTo(file, 0);
            var at = file.AsSpan().IndexOf("data"u8);
            return [.. file[..at], .. chunks, .. file[at..]];
        }

        if (!isBig)
        {
            return FuzzSeeds.WithChunks(SoundWriter.Wav(data), chunks);
        }

        var swapped = (byte[])data.Clone();
        for (var i = 0; i < swapped.Length; i += 2)
        {
            (swapped[i], swapped[i + 1]) = (swapped[i + 1], swapped[i]);
        }

        return
        [
            .. "RIFX"u8, .. Word(36 + chunks.Length + data.Length, true), .. "WAVEfmt "u8, .. Word(16, true), 0, 1, 0, 1,
            .. Word(16000, true), .. Word(32000, true), 0, 2, 0, 16, .. chunks, .. "data"u8, .. Word(data.Length, true),
            .. swapped,
        ];
    }
}
