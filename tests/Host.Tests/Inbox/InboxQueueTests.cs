using System.Text.Json;
using Microsoft.Extensions.Logging;
using Speaker.Host.Inbox;
using Speaker.Host.Jobs;
using Speaker.Host.Tests.Http;
using Speaker.Host.Tests.Jobs;
using Speaker.Host.Tests.Support;
using Speaker.Jobs;
using Speaker.Jobs.Sqlite;

namespace Speaker.Host.Tests.Inbox;

/// <summary>Files of the inbox on their way through a queue that a test works on by hand.</summary>
public sealed class InboxQueueTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly JobSignal _signal = new();
    private readonly EventLog _log = new();
    private readonly List<string> _answered = [];
    private readonly List<InboxQueue> _queues = [];

    public void Dispose()
    {
        _queues.ForEach(queue => queue.Dispose());
        _log.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Judge_AFile_IsQueuedUntilItsJobEndsAndThenTheJobGoes()
    {
        var inbox = Open();
        Assert.IsType<Judgement.Queued>(await JudgeAsync(inbox, "a.wav"));
        Assert.IsType<Judgement.Queued>(await JudgeAsync(inbox, "a.wav"));
        var job = (await ClaimAsync())!;
        Assert.Equal("a.wav", InboxJob.Of(job.Job).Name);
        Assert.Null(await ClaimAsync());
        await FinishAsync(job, new Judgement.Enrolled(true, 3, 1, 0.3) { Summary = "1 of 3", KnownAs = new("boris", 0.1, 0.2) });
        Assert.Equal([Path.Combine("anna", "a.wav")], _answered);

        var enrolled = Assert.IsType<Judgement.Enrolled>(await JudgeAsync(inbox, "a.wav"));
        Assert.Equal(
            new Judgement.Enrolled(true, 3, 1, 0.3) { Summary = "1 of 3", KnownAs = new("boris", 0.1, 0.2) }, enrolled);
        Assert.Empty(await Jobs.ListAsync(null, 10, default));
    }

    [Fact]
    public async Task Judge_JobOfAnEarlierProcess_IsTakenOverWhileItWaitsAndDoneAgainOnceItEnded()
    {
        await JudgeAsync(Open(), "a.wav");
        var inbox = Open();
        Assert.IsType<Judgement.Queued>(await JudgeAsync(inbox, "a.wav"));
        var job = Assert.Single(await Jobs.ListAsync(null, 10, default));
        await FinishAsync((await ClaimAsync())!, new Judgement.Refused("no speech", 0));

        Assert.IsType<Judgement.Queued>(await JudgeAsync(Open(), "a.wav"));
        var again = Assert.Single(await Jobs.ListAsync(null, 10, default));
        Assert.Equal(JobState.Waiting, again.State);
        Assert.NotEqual(job.Id, again.Id);
    }

    [Fact]
    public async Task Judge_WhatWentWrong_IsSaidAsTheOneWhoDidItFoundIt()
    {
        var inbox = Open();
        await JudgeAsync(inbox, "a.wav");
        await FinishAsync((await ClaimAsync())!, InboxResult.Of(new StoreException(StoreProblem.Full, "no space left")));
        var store = await Assert.ThrowsAsync<StoreException>(() => JudgeAsync(inbox, "a.wav"));
        Assert.Equal((StoreProblem.Full, "no space left"), (store.Problem, store.Message));

        await JudgeAsync(inbox, "a.wav");
        await FinishAsync((await ClaimAsync())!, InboxResult.Of(new IOException("it cannot be opened")));
        Assert.Equal(
            "it cannot be opened", (await Assert.ThrowsAsync<IOException>(() => JudgeAsync(inbox, "a.wav"))).Message);

        await JudgeAsync(inbox, "a.wav");
        await Jobs.FinishAsync((await ClaimAsync())!, new JobEnd(false, null, "it ends every process"), default);
        Assert.Equal(
            "it ends every process", Assert.IsType<Judgement.Refused>(await JudgeAsync(inbox, "a.wav")).Reason);
    }

    [Fact]
    public async Task Judge_QueueFullOrClosedOrRemoved_LeavesTheFileWhereItIs()
    {
        var inbox = Open(mostJobs: 1);
        await JudgeAsync(inbox, "a.wav");
        Assert.IsType<Judgement.Queued>(await JudgeAsync(inbox, "b.wav"));
        Assert.IsType<Judgement.Queued>(await JudgeAsync(inbox, "b.wav"));
        Assert.Single(_log.Entries, entry => entry.Id == 19);
        await FinishAsync((await ClaimAsync())!, new Judgement.Incomplete("half"));
        Assert.Equal("half", Assert.IsType<Judgement.Incomplete>(await JudgeAsync(inbox, "a.wav")).Reason);
        _time.Advance(TimeSpan.FromSeconds(6));
        await JudgeAsync(inbox, "b.wav");
        var job = Assert.Single(await Jobs.ListAsync(null, 10, default));
        Assert.Equal("b.wav", InboxJob.Of(job).Name);

        await Jobs.RemoveAsync(job.Id, default);
        Assert.IsType<Judgement.Queued>(await JudgeAsync(inbox, "b.wav"));
        inbox.IsClosed = true;
        Assert.IsType<Judgement.Queued>(await JudgeAsync(inbox, "b.wav"));
        Assert.Empty(await Jobs.ListAsync(null, 10, default));
    }

    private SqliteJobQueue Jobs => new(_folder.File("queue.db"), JobQueueConformance.Limits);

    private InboxQueue Open(int mostJobs = 1000)
    {
        _queues.Add(new InboxQueue(
            new SqliteJobQueue(_folder.File("queue.db"), JobQueueConformance.Limits with { Jobs = mostJobs }), _signal,
            _folder.File("inbox"), TimeSpan.FromSeconds(5), _answered.Add, _time, _log));
        return _queues[^1];
    }

    private Task<Judgement> JudgeAsync(InboxQueue inbox, string name) => inbox.JudgeAsync(
        new InboxFile(_folder.File("inbox"), "anna", name, null, new FileStamp(7, _time.GetUtcNow().UtcDateTime.Date)),
        isAbandoned: false, default);

    private Task<ClaimedJob?> ClaimAsync() =>
        Jobs.ClaimAsync("test", [InboxJob.LaneOf(_folder.File("inbox"))], default);

    private Task FinishAsync(ClaimedJob job, Judgement judgement) => FinishAsync(job, InboxResult.Of(judgement));

    private async Task FinishAsync(ClaimedJob job, InboxResult result)
    {
        await Jobs.FinishAsync(
            job, new JobEnd(true, JsonSerializer.Serialize(result, InboxJson.Default.InboxResult), null), default);
        _signal.Finish(job.Job.Id);
    }
}
