using Speaker.Host.Inbox;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Inbox;

public sealed class StableFilesTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new(Start);
    private readonly StableFiles _files;
    private readonly string _path;

    public StableFilesTests()
    {
        _files = new StableFiles(TimeSpan.FromSeconds(2), _time);
        _path = _folder.File("a.wav");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void IsComplete_FileStillGrowing_IsNot()
    {
        for (var second = 0; second < 5; second++)
        {
            Write(length: second + 1);
            Assert.False(_files.IsComplete(_path));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.False(_files.IsComplete(_path));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(_files.IsComplete(_path));
    }

    [Fact]
    public void IsComplete_RenamedInAfterItWasWritten_IsAtOnce()
    {
        Write(length: 10);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.True(_files.IsComplete(_path));
    }

    [Fact]
    public void IsComplete_ClockOfTheFileServerIsAhead_CountsFromTheFirstLook()
    {
        Write(length: 10);
        File.SetLastWriteTimeUtc(_path, Start.UtcDateTime.AddHours(1));
        Assert.False(_files.IsComplete(_path));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(_files.IsComplete(_path));
    }

    [Fact]
    public void IsComplete_FileGone_IsNot() => Assert.False(_files.IsComplete(_path));

    private void Write(int length)
    {
        File.WriteAllBytes(_path, new byte[length]);
        File.SetLastWriteTimeUtc(_path, _time.GetUtcNow().UtcDateTime);
    }
}
