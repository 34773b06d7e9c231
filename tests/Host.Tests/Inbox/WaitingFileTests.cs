using Speaker.CommandLine.Options;
using Speaker.Host.Inbox;
using Speaker.Host.Tests.Support;

namespace Speaker.Host.Tests.Inbox;

/// <summary>The states of one file, by a clock that stands until it is moved.</summary>
public sealed class WaitingFileTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly InboxOptions Options = new()
    {
        StableSeconds = 2, IncompleteSeconds = 30, RescanSeconds = 5,
    };

    private readonly ManualTime _time = new(Start);

    [Theory]
    [InlineData(0)]
    [InlineData(-3600)]
    [InlineData(3600)]
    public void Wait_FileOfAnyClock_CountsFromTheFirstLookAtAStampThatStoodStill(int clockError)
    {
        var written = Start.UtcDateTime.AddSeconds(clockError);
        var file = new WaitingFile(new FileStamp(1, written), Options, _time);
        for (var second = 1; second <= 5; second++)
        {
            Advance(1);
            file.See(new FileStamp(1 + second, written));
            Assert.Equal(TimeSpan.FromSeconds(2), file.Wait);
        }

        Advance(1);
        file.See(new FileStamp(6, written));
        Assert.Equal(TimeSpan.FromSeconds(1), file.Wait);
        Advance(1);
        Assert.Equal(TimeSpan.Zero, file.Wait);
    }

    [Fact]
    public void Wait_SizeStandsStillButTheTimeChanges_BeginsAnew()
    {
        var file = Settled();
        file.See(new FileStamp(10, Start.UtcDateTime.AddSeconds(1)));
        Assert.Equal(TimeSpan.FromSeconds(2), file.Wait);
    }

    [Fact]
    public void Judged_Incomplete_WaitsUntilItIsAbandonedOrGrows()
    {
        var file = Settled();
        file.Judged(new Judgement.Incomplete("cut"));
        Assert.Null(file.Judgement);
        Assert.Equal(TimeSpan.FromSeconds(28), file.Wait);
        Assert.False(file.IsAbandoned);

        Advance(27);
        file.See(new FileStamp(11, Start.UtcDateTime));
        Assert.Equal(TimeSpan.FromSeconds(2), file.Wait);
        Advance(2);
        file.Judged(new Judgement.Incomplete("cut"));
        Advance(28);
        Assert.Equal(TimeSpan.Zero, file.Wait);
        Assert.True(file.IsAbandoned);
    }

    [Fact]
    public void Failed_AgainAndAgain_IsTriedLessAndLessOften()
    {
        var file = Settled();
        var waits = new List<double>();
        for (var i = 0; i < 10; i++)
        {
            file.Failed();
            waits.Add(file.Wait.TotalSeconds);
            _time.Advance(file.Wait);
            Assert.Equal(TimeSpan.Zero, file.Wait);
        }

        Assert.Equal([5, 10, 20, 40, 80, 160, 320, 600, 600, 600], waits);
    }

    [Fact]
    public void See_OtherContentAfterItWasJudged_IsANewFile()
    {
        var file = Settled();
        file.Judged(new Judgement.Refused("too short", 0));
        file.CopiedTo = "elsewhere";
        file.IsReported = true;
        file.Failed();
        file.See(new FileStamp(12, Start.UtcDateTime));
        Assert.Null(file.Judgement);
        Assert.Null(file.CopiedTo);
        Assert.False(file.IsReported);
        Assert.Equal(TimeSpan.FromSeconds(2), file.Wait);
    }

    private WaitingFile Settled()
    {
        var file = new WaitingFile(new FileStamp(10, Start.UtcDateTime), Options, _time);
        Advance(2);
        Assert.Equal(TimeSpan.Zero, file.Wait);
        return file;
    }

    private void Advance(int seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));
}
