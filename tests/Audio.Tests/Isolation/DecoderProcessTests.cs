using Speaker.Audio.Files;
using Speaker.Audio.Files.Isolation;
using Speaker.Audio.Files.SoundFile;
using Speaker.Audio.Tests.Hostile;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Isolation;

/// <summary>libsndfile in a process of its own, given bytes that nothing of ours has looked at before.</summary>
public class DecoderProcessTests
{
    private static readonly DecoderProgram Program =
        new("dotnet", [typeof(FuzzWorker).Assembly.Location, DecoderProgram.Verb]);

    private static readonly AudioFileOptions Options = new() { DecoderProgram = Program, DecoderSeconds = 1 };

    [Theory]
    [InlineData(SoundWriter.OggVorbis, 44100, 2)]
    [InlineData(SoundWriter.OggOpus, 48000, 1)]
    [InlineData(SoundWriter.Mp3, 16000, 1)]
    [InlineData(0x010012, 16000, 1)]
    public void Read_OfAFile_GivesWhatDecodingHereGives(int format, int rate, int channels)
    {
        using var folder = new TemporaryFolder();

        // Several blocks of the channel, in either direction.
        var path = SoundWriter.Write(folder.File("a"), Signals.Noise(40, 0.3), rate, channels, format);

        Assert.Equal(Decoded.Clean(path), Decoded.Heard(path, Options).Samples);
        Assert.InRange(new FileInfo(path).Length, 1 << 16, long.MaxValue);
    }

    [Fact]
    public void Read_OfManyFilesAtATime_GivesEachItsOwn()
    {
        using var folder = new TemporaryFolder();
        var files = Enumerable.Range(0, 12).Select(i => SoundWriter.Write(
            folder.File($"{i}.ogg"), Signals.Sine(200 + (100 * i), 1), Signals.Rate, 1, SoundWriter.OggVorbis)).ToArray();
        var expected = files.Select(Decoded.Clean).ToArray();

        Parallel.For(0, 36, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
            Assert.Equal(expected[i % 12], Decoded.Heard(files[i % 12], Options).Samples));
    }

    [Fact]
    public void Read_LeftHalfway_LeavesTheNextFileWhole()
    {
        using var folder = new TemporaryFolder();
        var path = SoundWriter.Write(folder.File("a.ogg"), Signals.Voice(20), Signals.Rate, 1, SoundWriter.OggVorbis);
        using (var source = AudioFile.Open(path, Options))
        {
            Assert.Equal(1000, source.Read(new float[1000]));
        }

        Assert.Equal(Decoded.Clean(path), Decoded.Heard(path, Options).Samples);
    }

    [Fact]
    public void Open_OfWhatIsNoSound_SaysWhatLibsndfileSays()
    {
        var here = Assert.Throws<SoundFileException>(() => new SoundFileReader(new MemoryStream(new byte[1000])));

        var there = Assert.Throws<SoundFileException>(() => Open(new byte[1000]));

        Assert.Equal((here.Message, here.ErrorCode), (there.Message, there.ErrorCode));
    }

    /// <summary>A list whose part steps back onto itself: libsndfile 1.2 goes round in it for ever.</summary>
    [Fact]
    public void Open_OfAFileThatHangsLibsndfile_EndsItsProcess()
    {
        var exception = Assert.Throws<SoundFileException>(() => Open(
            Hanging(), Options with { Patience = TimeSpan.FromMinutes(5) }));

        Assert.Contains("used up its processor time", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_OfAFileThatHangsLibsndfile_EndsWhenItIsTold()
    {
        using var stop = new CancellationTokenSource();
        var opening = Task.Run(() => Open(Hanging(), Options with { DecoderSeconds = 600 }, stop.Token));

        Assert.False(opening.IsCompleted);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
    }

    /// <summary>
    /// An Opus stream whose end lies before its start: libsndfile 1.2 allocates 4 GB for it, and faults where it gets none.
    /// </summary>
    [Fact]
    public void Read_OfAFileThatTakesGigabytes_EndsItsProcess()
    {
        using var folder = new TemporaryFolder();
        var file = OggPages.WithFixedSerial(File.ReadAllBytes(SoundWriter.Write(
            folder.File("a.opus"), Signals.Voice(4), Signals.Rate, 1, SoundWriter.OggOpus)));
        var pages = OggPages.Find(file);
        BitConverter.TryWriteBytes(file.AsSpan(pages[^2].Start + OggPages.Granule), 1L << 40);
        BitConverter.TryWriteBytes(
            file.AsSpan(pages[^1].Start + OggPages.Granule), (1L << 40) - (1L << 32) + (1L << 30));

        Assert.Throws<SoundFileException>(() =>
        {
            using var opened = Open(OggPages.Repair(file), Options with { DecoderMegabytes = 64 });
            Decoded.All(opened);
        });
    }

    [Fact]
    public void Open_WithAProgramThatIsNone_SaysSo()
    {
        var exception = Assert.Throws<SoundFileException>(() => Open(
            new byte[10], Options with { DecoderProgram = new DecoderProgram("/nowhere/speaker", []) }));

        Assert.Contains("its decoder \"/nowhere/speaker\" cannot be started", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit 5", "ended with exit code 5")]
    [InlineData("kill -SEGV $$", "ended with exit code 139")]
    [InlineData("echo something else altogether", "ended with exit code 0")]
    public void Open_WithAProgramThatEnds_SaysHow(string script, string message)
    {
        var exception = Assert.Throws<SoundFileException>(() => Open(
            new byte[10], Options with { DecoderProgram = new DecoderProgram("/bin/sh", ["-c", script]) }));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_WithAProgramThatSaysNothing_EndsIt()
    {
        var exception = Assert.Throws<SoundFileException>(() => Open(
            new byte[10],
            Options with
            {
                DecoderProgram = new DecoderProgram("/bin/sh", ["-c", "exec sleep 1000"]),
                Patience = TimeSpan.FromSeconds(0.3),
            }));

        Assert.Contains("gave nothing for 0.3 s and was stopped", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>What a user would see who found the verb.</summary>
    [Fact]
    public void TryRun_WithoutItsArguments_IsAUsageError()
    {
        Assert.True(SoundDecoder.TryRun([DecoderProgram.Verb], out var exitCode));
        Assert.Equal(3, exitCode);
    }

    internal static byte[] Hanging() => FuzzSeeds.WithChunks(
        SoundWriter.Wav(new byte[3200]),
        [.. "LIST"u8, 24, 0, 0, 0, .. "INFOabcd"u8, 0xF8, 0xFF, 0xFF, 0xFF, .. new byte[12]]);

    private static DecoderProcess Open(
        byte[] file, AudioFileOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= Options;
        return new DecoderProcess(options.DecoderProgram!, new MemoryStream(file), options, cancellationToken);
    }
}
