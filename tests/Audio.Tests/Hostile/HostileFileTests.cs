using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Speaker.Audio.Features;
using Speaker.Audio.Files;
using Speaker.Audio.Tests.Support;
using Speaker.Audio.Utterances;

namespace Speaker.Audio.Tests.Hostile;

/// <summary>Files that other readers fell over, and what the fuzzer found here: one named test a cause.</summary>
public class HostileFileTests
{
    private const long FixedMemory = 8 << 20;

    // --- what other readers fell over ---

    [Fact]
    public void ReadSamples_OfFloatExtensible_IsNotSilence()
    {
        using var folder = new TemporaryFolder();
        var sound = Signals.Sine(500, 0.5);
        var path = folder.Write("a.wav", SoundWriter.Wav(
            Bytes(sound), bits: 32, tag: 0xFFFE, extension: SoundWriter.FloatExtension()));

        Assert.Equal(sound, AudioFile.ReadSamples(path));
    }

    [Fact]
    public void ReadSamples_OfAHeaderThatClaimsGigabytes_GivesWhatIsThere()
    {
        using var folder = new TemporaryFolder();
        var sound = Signals.Sine(500, 0.0625);
        var path = folder.Write("a.wav", SoundWriter.Wav(SoundWriter.Pcm16(sound), claimed: 1_600_000_000));

        Assert.Equal(sound.Length, AudioFile.ReadSamples(path).Length);
        Assert.InRange(Allocated(() => AudioFile.ReadSamples(path)), 0, FixedMemory);
    }

    [Theory]
    [InlineData(-8, -8)]
    [InlineData(long.MaxValue, long.MaxValue)]
    [InlineData(-8, 2000)]
    [InlineData(2072, -8)]
    public void ReadSamples_OfRf64WithALyingSize_EndsAndGivesNoMoreThanIsThere(long riffSize, long dataSize)
    {
        using var folder = new TemporaryFolder();
        var sound = Signals.Sine(500, 0.0625);
        var path = folder.Write("a.wav", SoundWriter.Rf64(SoundWriter.Pcm16(sound), riffSize, dataSize));

        try
        {
            Assert.InRange(AudioFile.ReadSamples(path).Length, 0, sound.Length);
        }
        catch (AudioException exception)
        {
            Assert.Contains(path, exception.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65535)]
    public void Read_OfAWavWithoutOrWithTooManyChannels_SaysSo(int channels)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.wav", SoundWriter.Wav(new byte[3200], channels));

        Assert.Contains("hannel", Refused(path), StringComparison.Ordinal);
    }

    // --- what the fuzzer found ---

    /// <summary>
    /// libsndfile 1.2 takes the difference of the last two granule positions, cut to 32 bits, for the samples of the
    /// last packet: 2^30 of them here, 4 GB, and a fault at address 0 where those cannot be allocated.
    /// </summary>
    [Fact]
    public void Read_OfAnOpusStreamThatEndsBeforeItsStart_SaysSo()
    {
        using var folder = new TemporaryFolder();
        var file = Opus(folder);
        var pages = OggPages.Find(file);
        SetGranule(file, pages[^2].Start, 1L << 40);
        SetGranule(file, pages[^1].Start, (1L << 40) - (1L << 32) + (1L << 30));
        var path = folder.Write("a.opus", OggPages.Repair(file));

        Assert.Contains("ends at sample 1096290402304; it must be from 1099511627776", Refused(path),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void Read_OfAnOpusStreamWithAPositionThatIsNone_SaysSo(long granule)
    {
        using var folder = new TemporaryFolder();
        var file = Opus(folder);
        SetGranule(file, OggPages.Find(file)[^1].Start, granule);

        Assert.Contains("ends at sample", Refused(folder.Write("a.opus", OggPages.Repair(file))),
            StringComparison.Ordinal);
    }

    /// <summary>Where pages are missing libsndfile 1.2 may decode a packet whose memory is gone.</summary>
    [Theory]
    [InlineData(SoundWriter.OggOpus)]
    [InlineData(SoundWriter.OggVorbis)]
    public void Read_OfAnOggFileWithAPageLeftOut_SaysWhichOne(int format)
    {
        using var folder = new TemporaryFolder();
        var file = Ogg(folder, format);
        var pages = OggPages.Find(file);
        var (start, length) = pages[^2];
        byte[] cut = [.. file[..start], .. file[(start + length)..]];

        Assert.Contains(
            $"the Ogg page at byte {start} is number {pages.Count - 1} of its stream where {pages.Count - 2}",
            Refused(folder.Write("a.ogg", cut)), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfAnOggFileBehindATag_LooksAtItsPagesToo()
    {
        using var folder = new TemporaryFolder();
        var file = Opus(folder);
        SetGranule(file, OggPages.Find(file)[^1].Start, -8);
        byte[] tagged = [.. "ID3"u8, 3, 0, 0, 0, 0, 1, 2, .. new byte[130], .. OggPages.Repair(file)];

        Assert.Contains("ends at sample -8", Refused(folder.Write("a.mp3", tagged)), StringComparison.Ordinal);
    }

    /// <summary>The resampler made filters in proportion to the rate: 38 MB for a file of 2 kB.</summary>
    [Theory]
    [InlineData(4001)]
    [InlineData(383999)]
    [InlineData(767999)]
    public void ReadSamples_OfAnyRate_TakesBoundedMemory(int rate)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.wav", SoundWriter.Wav(SoundWriter.Pcm16(Signals.Sine(500, 0.1)), rate: rate));

        Assert.InRange(Allocated(() => AudioFile.ReadSamples(path)), 0, FixedMemory);
    }

    /// <summary>Finite, but its square is not.</summary>
    [Theory]
    [InlineData(3e38f)]
    [InlineData(-1e20f)]
    public void Read_OfASampleThatNoRecordingHolds_SaysWhichOne(float odd)
    {
        using var folder = new TemporaryFolder();
        var sound = Signals.Voice(0.5);
        sound[1234] = odd;
        var path = folder.Write("a.wav", SoundWriter.Wav(Bytes(sound), bits: 32, tag: 3));

        Assert.Contains("sample 1234 is ", Refused(path), StringComparison.Ordinal);
    }

    /// <summary>libsndfile takes any bytes for sound by their name, and guesses at formats nobody tests.</summary>
    [Theory]
    [InlineData("notes.vox", "a note, not sound, though by the name of its file it could be")]
    [InlineData("notes.gsm", "a note, not sound, though by the name of its file it could be")]
    [InlineData("a.htk", "\0\0\u0003\u00E8\0\0\u0002q\0\u0002\0\00123456789abcdef")]
    public void Read_OfAContainerThatIsNotCovered_SaysWhichAre(string name, string content)
    {
        using var folder = new TemporaryFolder();

        Assert.Contains("Use WAV, FLAC, Ogg, Opus, MP3 or AIFF",
            Refused(folder.Write(name, [.. content.Select(character => (byte)character)])), StringComparison.Ordinal);
    }

    // --- what must still be read ---

    [Theory]
    [InlineData(SoundWriter.OggOpus)]
    [InlineData(SoundWriter.OggVorbis)]
    public void ReadSamples_OfAnOggFileCutOff_GivesWhatIsThere(int format)
    {
        using var folder = new TemporaryFolder();
        var file = Ogg(folder, format);
        var whole = AudioFile.ReadSamples(folder.Write("whole.ogg", file));
        var (start, length) = OggPages.Find(file)[^1];

        var samples = AudioFile.ReadSamples(folder.Write("cut.ogg", file.AsSpan(0, start + (length / 2))));

        Assert.InRange(samples.Length, whole.Length / 4, whole.Length);
        Assert.Equal(whole.AsSpan(0, samples.Length - 960), samples.AsSpan(0, samples.Length - 960));
    }

    /// <summary>Long enough that pages lie across the blocks in which they are looked at.</summary>
    [Fact]
    public void ReadSamples_OfALongOggFile_GivesAllOfIt()
    {
        using var folder = new TemporaryFolder();
        var path = SoundWriter.Write(
            folder.File("a.ogg"), Signals.Noise(60), Signals.Rate, 1, SoundWriter.OggVorbis);

        Assert.InRange(new FileInfo(path).Length, 200_000, long.MaxValue);
        Assert.Equal(60 * Signals.Rate, AudioFile.ReadSamples(path).Length);
    }

    /// <summary>Ten minutes of silence are 30 kB of FLAC: memory is that of a block, whatever a codec expands.</summary>
    [Fact]
    public void Open_OfAFileThatExpandsAHundredfold_TakesTheMemoryOfABlock()
    {
        using var folder = new TemporaryFolder();
        var path = SoundWriter.Write(
            folder.File("a.flac"), new float[600 * Signals.Rate], Signals.Rate, 1, SoundWriter.Flac16);
        var length = new FileInfo(path).Length;
        var buffer = new float[4096];
        var total = 0L;

        Assert.InRange(600 * Signals.Rate * sizeof(float) / length, 100, long.MaxValue);
        Assert.InRange(
            Allocated(() =>
            {
                using var source = AudioFile.Open(path);
                for (int read; (read = source.Read(buffer)) > 0; total += read)
                {
                }
            }),
            0, 1 << 20);
        Assert.Equal(600 * Signals.Rate, total);
    }

    private static byte[] Opus(TemporaryFolder folder) => Ogg(folder, SoundWriter.OggOpus);

    /// <summary>Several pages.</summary>
    private static byte[] Ogg(TemporaryFolder folder, int format) => OggPages.WithFixedSerial(File.ReadAllBytes(
        SoundWriter.Write(folder.File("made.ogg"), Signals.Voice(4), Signals.Rate, 1, format)));

    private static void SetGranule(byte[] file, int page, long granule) =>
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(page + OggPages.Granule), granule);

    private static string Refused(string path)
    {
        var reader = new UtteranceReader(new FrontEndSpecification(), new UtteranceOptions());
        var exception = Assert.Throws<AudioException>(() => reader.ReadSegments(path).Count());
        Assert.StartsWith(path, exception.Message, StringComparison.Ordinal);
        return exception.Message;
    }

    private static long Allocated(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static byte[] Bytes(float[] samples) => MemoryMarshal.AsBytes(samples.AsSpan()).ToArray();
}
