using System.Runtime.InteropServices;
using Speaker.Audio.Files;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Files;

/// <summary>Sound that is copied while it is listened to.</summary>
public sealed class SoundCopyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Folder => Directory.CreateDirectory(Path.Combine(_folder.Root, "copies")).FullName;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void File_Kept_IsAWavOfTheSamples()
    {
        var samples = Signals.Voice(2);
        using (var copy = SoundFileCopy.Begin(Folder))
        {
            Assert.Equal(samples, ReadThrough(copy, samples));
            copy.Complete("kept.wav");
            copy.Keep();
        }

        var kept = Assert.Single(Directory.GetFiles(Folder));
        Assert.Equal("kept.wav", Path.GetFileName(kept));
        Assert.Equal(samples, AudioFile.ReadSamples(kept, CancellationToken.None));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void File_NotKept_IsGone(bool isCompleted)
    {
        using (var copy = SoundFileCopy.Begin(Folder))
        {
            ReadThrough(copy, Signals.Voice(1));
            Assert.Single(Directory.GetFiles(Folder));
            if (isCompleted)
            {
                copy.Complete("kept.wav");
            }
        }

        Assert.Empty(Directory.GetFiles(Folder));
    }

    /// <summary>On Unix a process that is killed at any moment leaves no sound: the file has no name.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(4000)]
    [InlineData(1 << 20)]
    public void Passing_InParts_IsTheSamplesAndNoFileIsThere(int most)
    {
        var samples = Signals.Voice(1)[..10_000];
        using (var copy = PassingSoundCopy.Begin(Folder))
        {
            Assert.Equal(samples, ReadThrough(copy, samples));
            if (!OperatingSystem.IsWindows())
            {
                Assert.Empty(Directory.GetFiles(Folder));
            }

            var parts = copy.Parts(most).ToArray();
            Assert.All(parts[..^1], part => Assert.Equal(most, part.Length));
            Assert.Equal(samples, MemoryMarshal.Cast<byte, float>(parts.SelectMany(part => part).ToArray()).ToArray());
            Assert.Equal(parts, copy.Parts(most));
        }

        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public void Passing_OfNothing_HasNoParts()
    {
        using var copy = PassingSoundCopy.Begin(Folder);
        Assert.Empty(copy.Parts(1 << 20));
    }

    private static float[] ReadThrough(SoundCopy copy, float[] samples)
    {
        var source = copy.Through(new MemorySampleProvider(samples, AudioFile.SampleRate, 1));
        var (all, block) = (new List<float>(), new float[999]);
        for (int read; (read = source.Read(block)) > 0;)
        {
            all.AddRange(block[..read]);
        }

        return [.. all];
    }
}
