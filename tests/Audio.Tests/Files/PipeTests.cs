using System.IO.Pipes;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Files;

/// <summary>Sound that comes through a pipe which this process was begun with.</summary>
public class PipeTests
{
    [Theory]
    [InlineData(SoundWriter.Wav16)]
    [InlineData(SoundWriter.OggVorbis)]
    public async Task Open_OfAnInheritedPipe_GivesTheSoundThatIsWrittenToIt(int format)
    {
        using var folder = new TemporaryFolder();
        var path = SoundWriter.Write(folder.File("a"), Signals.Voice(2), Signals.Rate, 1, format);
        await using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        var writing = Task.Run(async () =>
        {
            await pipe.WriteAsync(await File.ReadAllBytesAsync(path));
            // This end alone: disposing of the stream would close the other end too, opened yet or not.
            pipe.SafePipeHandle.Dispose();
        });
        var input = AudioInput.FromFile($"/dev/fd/{pipe.GetClientHandleAsString()}");

        using var copy = await input.FetchAsync(CancellationToken.None);
        using var sound = input.Open(copy, new AudioFileOptions(), CancellationToken.None);

        await writing;
        var samples = new float[100_000];
        Assert.Equal(Decoded.Clean(path), samples[..Read(sound, samples)]);
    }

    /// <summary>Nobody ever writes, and nobody closes it.</summary>
    [Fact]
    public async Task Open_OfAnInheritedPipeThatNobodyWritesTo_EndsWhenItIsTold()
    {
        await using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        using var stop = new CancellationTokenSource();
        var fetching = AudioInput.FromFile($"/dev/fd/{pipe.GetClientHandleAsString()}").FetchAsync(stop.Token);

        Assert.False(fetching.IsCompleted);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetching);
    }

    [Theory]
    [InlineData("/dev/fd/999")]
    [InlineData("/dev/fd/x")]
    [InlineData("/proc/self/fd/999")]
    public async Task Open_OfADescriptorThatIsNone_SaysSo(string path)
    {
        var input = AudioInput.FromFile(path);

        Assert.Null(await input.FetchAsync(CancellationToken.None));
        Assert.Contains(
            "there is no such file",
            Assert.Throws<AudioException>(
                () => input.Open(null, new AudioFileOptions(), CancellationToken.None)).Message,
            StringComparison.Ordinal);
    }

    private static int Read(Audio.Files.OpenAudio sound, float[] samples)
    {
        var filled = 0;
        for (int read; (read = sound.Samples.Read(samples.AsSpan(filled))) > 0;)
        {
            filled += read;
        }

        return filled;
    }
}
