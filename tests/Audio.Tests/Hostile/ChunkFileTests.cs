using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Speaker.Audio.Files;
using Speaker.Audio.Tests.Files;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Hostile;

/// <summary>What NAudio.Core must not see, as where libsndfile is not installed: one named test a cause.</summary>
public class ChunkFileTests
{
    private const long FixedMemory = 8 << 20;

    // --- what other readers fell over ---

    [Fact]
    public void Read_OfFloatExtensible_IsNotSilence()
    {
        using var folder = new TemporaryFolder();
        var sound = Signals.Sine(500, 0.5);
        var path = folder.Write("a.wav", SoundWriter.Wav(
            MemoryMarshal.AsBytes(sound.AsSpan()), bits: 32, tag: 0xFFFE, extension: SoundWriter.FloatExtension()));

        Assert.Equal(sound, Samples(path));
    }

    [Fact]
    public void Read_OfAHeaderThatClaimsGigabytes_GivesWhatIsThere()
    {
        using var folder = new TemporaryFolder();
        var sound = Signals.Sine(500, 0.0625);
        var path = folder.Write("a.wav", SoundWriter.Wav(SoundWriter.Pcm16(sound), claimed: 1_600_000_000));

        Assert.Equal(sound.Length, Samples(path).Length);
        Assert.InRange(Allocated(() => Samples(path)), 0, FixedMemory);
    }

    [Theory]
    [InlineData(-8, -8)]
    [InlineData(long.MaxValue, long.MaxValue)]
    [InlineData(-8, 2000)]
    [InlineData(2072, -8)]
    [InlineData(2072, long.MinValue)]
    public void Open_OfRf64WithALyingSize_SaysSo(long riffSize, long dataSize)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.wav", SoundWriter.Rf64(new byte[2000], riffSize, dataSize));

        Assert.Contains($"RF64 that claims {riffSize} bytes, {dataSize} of them samples", Refused(path),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65)]
    [InlineData(65535)]
    public void Open_OfAWavWithoutOrWithTooManyChannels_SaysSo(int channels)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.wav", SoundWriter.Wav(new byte[3200], channels));

        Assert.Contains($"the header gives {channels} channels; there must be from 1 to 64", Refused(path),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65535)]
    public void Open_OfAnAiffWithoutOrWithTooManyChannels_SaysSo(int channels)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.aiff", Aiff((file, common) =>
            BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(common), (ushort)channels)));

        Assert.Contains($"the header gives {channels} channels", Refused(path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(20)]
    [InlineData(30)]
    [InlineData(43)]
    public void Open_OfAWavOrAiffCutOff_SaysSo(int length)
    {
        using var folder = new TemporaryFolder();
        foreach (var file in new[] { SoundWriter.Wav(new byte[3200]), Aiff((_, _) => { }) })
        {
            Refused(folder.Write("cut", file.AsSpan(0, length)));
        }
    }

    [Theory]
    [InlineData(10, "10 samples a second; it must be from 4000")]
    [InlineData(2_000_000_000, "must be from 4000 to 768000")]
    [InlineData(-1, "must be from 4000 to 768000")]
    public void Open_OfARateOutOfBounds_SaysSo(int rate, string message)
    {
        using var folder = new TemporaryFolder();

        Assert.Contains(message, Refused(folder.Write("a.wav", SoundWriter.Wav(new byte[3200], rate: rate))),
            StringComparison.Ordinal);
    }

    // --- what NAudio would do ---

    /// <summary>NAudio allocates what the chunk claims to have.</summary>
    [Fact]
    public void Open_OfASizeChunkThatClaimsGigabytes_AllocatesNone()
    {
        using var folder = new TemporaryFolder();
        var file = SoundWriter.Rf64(new byte[2000], 2072, 2000);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(16), int.MaxValue);
        var path = folder.Write("a.wav", file);

        Assert.InRange(
            Allocated(() => Assert.Contains("ds64 of 24 to 1024 bytes", Refused(path), StringComparison.Ordinal)),
            0, FixedMemory);
    }

    /// <summary>NAudio keeps each of them.</summary>
    [Fact]
    public void Open_OfAMillionChunks_TakesBoundedMemory()
    {
        using var folder = new TemporaryFolder();
        var chunks = new byte[8 << 20];
        for (var i = 0; i < chunks.Length; i += 8)
        {
            "LIST\0\0\0\0"u8.CopyTo(chunks.AsSpan(i));
        }

        var aiff = Aiff((_, _) => { });
        foreach (var path in new[]
                 {
                     folder.Write("a.wav", FuzzSeeds.WithChunks(SoundWriter.Wav(new byte[3200]), chunks)),
                     folder.Write("a.aiff", [.. aiff[..12], .. chunks, .. aiff[12..]]),
                 })
        {
            Assert.InRange(
                Allocated(() => Assert.Contains("more than 4096 chunks", Refused(path), StringComparison.Ordinal)),
                0, FixedMemory);
        }
    }

    /// <summary>NAudio reads the last one, libsndfile none.</summary>
    [Fact]
    public void Open_OfTwoChunksOfSamples_SaysSo()
    {
        using var folder = new TemporaryFolder();
        var wav = SoundWriter.Wav(new byte[3200]);

        Assert.Contains("more than one chunk data",
            Refused(folder.Write("a.wav", FuzzSeeds.WithChunks(wav, wav[36..]))), StringComparison.Ordinal);
    }

    /// <summary>NAudio reads no sample of a file whose lengths its recorder has not filled in.</summary>
    [Fact]
    public void Open_OfAWavThatWasNotClosed_SaysSo()
    {
        using var folder = new TemporaryFolder();
        var file = SoundWriter.Wav(new byte[3200]);
        file.AsSpan(40, 4).Clear();

        Assert.Contains("the recorder did not close the file", Refused(folder.Write("a.wav", file)),
            StringComparison.Ordinal);
    }

    /// <summary>NAudio reads any float as one of 32 bits, and any length of frame that the header gives.</summary>
    [Theory]
    [InlineData(3, 16, 2)]
    [InlineData(1, 16, 3)]
    [InlineData(1, 16, 65535)]
    [InlineData(1, 12, 1)]
    public void Open_OfSamplesOfNoLength_SaysSo(int tag, int bits, int block)
    {
        using var folder = new TemporaryFolder();
        var file = SoundWriter.Wav(new byte[3200], bits: bits, tag: tag);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(32), (ushort)block);

        Refused(folder.Write("a.wav", file));
    }

    /// <summary>NAudio reads the names of chunks as UTF-8, in which two bytes may be one letter.</summary>
    [Fact]
    public void Open_OfAnAiffWithAChunkOfNoName_SaysSo()
    {
        using var folder = new TemporaryFolder();
        var aiff = Aiff((_, _) => { });
        byte[] file = [.. aiff[..12], 0xC3, 0xA4, 0xC3, 0xA4, 0, 0, 0, 0, .. aiff[12..]];

        Assert.Contains("a chunk is named C3A4C3A4", Refused(folder.Write("a.aiff", file)), StringComparison.Ordinal);
    }

    private static float[] Samples(string path)
    {
        using var source = AudioFile.Open(path, bySoundFileLibrary: false);
        return UncompressedFileTests.All(source);
    }

    private static string Refused(string path)
    {
        var exception = Assert.Throws<AudioException>(() => AudioFile.Open(path, bySoundFileLibrary: false));
        Assert.StartsWith(path, exception.Message, StringComparison.Ordinal);
        return exception.Message;
    }

    /// <summary>16-bit mono AIFF, changed by what is given the file and where the content of COMM begins.</summary>
    private static byte[] Aiff(Action<byte[], int> change)
    {
        using var folder = new TemporaryFolder();
        var file = File.ReadAllBytes(
            SoundWriter.Write(folder.File("a.aiff"), new float[100], 16000, 1, SoundWriter.Aiff16));
        change(file, file.AsSpan().IndexOf("COMM"u8) + 8);
        return file;
    }

    private static long Allocated(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
