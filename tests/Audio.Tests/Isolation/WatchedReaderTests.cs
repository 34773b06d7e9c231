using Speaker.Audio.Files;
using Speaker.Audio.Files.Isolation;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Isolation;

/// <summary>Alone: while files hang in this process, other tests could decode none.</summary>
[CollectionDefinition(nameof(WatchedReaderTests), DisableParallelization = true)]
[Collection(nameof(WatchedReaderTests))]
public class WatchedReaderTests
{
    private static readonly AudioFileOptions Hasty = new() { Patience = TimeSpan.FromSeconds(0.3) };

    /// <summary>Streams that block stand for files that hang.</summary>
    [Fact]
    public void Open_OfFilesThatHang_LeavesThemAndThenTakesNoMore()
    {
        using var release = new ManualResetEventSlim();
        for (var i = 0; i < 4; i++)
        {
            Assert.Contains("gave nothing for 0.3 s and was left", Refused(), StringComparison.Ordinal);
        }

        Assert.Contains("4 other files hang in this process", Refused(), StringComparison.Ordinal);

        // Those that go on after all are no longer counted.
        release.Set();
        using var folder = new TemporaryFolder();
        var ogg = File.ReadAllBytes(SoundWriter.Write(
            folder.File("a.ogg"), Signals.Voice(1), Signals.Rate, 1, SoundWriter.OggVorbis));
        float[]? samples = null;
        Assert.True(SpinWait.SpinUntil(() => (samples = TryRead(ogg)) is not null, TimeSpan.FromMinutes(1)));
        Assert.Equal(Decoded.BySoundFile(ogg), samples);

        string Refused() => Assert.Throws<SoundFileException>(
            () => new WatchedReader(new BlockingStream(release), Hasty, CancellationToken.None)).Message;
    }

    private static float[]? TryRead(byte[] file)
    {
        try
        {
            using var reader = new WatchedReader(new MemoryStream(file), new AudioFileOptions(), CancellationToken.None);
            return Decoded.All(reader);
        }
        catch (SoundFileException)
        {
            return null;
        }
    }

    private sealed class BlockingStream(ManualResetEventSlim release) : MemoryStream(new byte[1000])
    {
        public override int Read(Span<byte> buffer)
        {
            release.Wait();
            return 0;
        }
    }
}
