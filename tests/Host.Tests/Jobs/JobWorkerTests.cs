using Microsoft.Extensions.Logging.Abstractions;
using Speaker.CommandLine.Options;
using Speaker.Host.Jobs;
using Speaker.Host.Tests.Support;
using Speaker.Jobs;
using Speaker.Jobs.Sqlite;

namespace Speaker.Host.Tests.Jobs;

/// <summary>What becomes of jobs whose work goes wrong, is lost or is stopped.</summary>
public sealed class JobWorkerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SqliteJobQueue _queue;
    private readonly JobSignal _signal = new();
    private int _runs;

    public JobWorkerTests() => _queue = Queue(TimeSpan.FromMinutes(1));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_WorkThatFails_IsTriedAsOftenAsTheJobSaysAndThenSetAside()
    {
        var id = await PutAsync(attempts: 3);
        await Worker(_ => throw new InvalidOperationException("no")).RunAsync(2, () => true, default);
        Assert.Equal(3, _runs);
        var job = (await _queue.ReadAsync(id, default))!;
        Assert.Equal((JobState.Failed, 3, "InvalidOperationException: no"), (job.State, job.Attempts, job.Problem));
    }

    [Fact]
    public async Task Run_WorkThatFailsOnce_IsDoneTheSecondTime()
    {
        var id = await PutAsync(attempts: 3);
        await Worker(_ => _runs == 1
            ? throw new InvalidOperationException("no")
            : Task.FromResult<JobOutcome>(new JobOutcome.Done("{}"))).RunAsync(2, () => true, default);
        var job = (await _queue.ReadAsync(id, default))!;
        Assert.Equal((JobState.Done, 2, "{}"), (job.State, job.Attempts, job.Result));
    }

    [Fact]
    public async Task Run_WorkThatCannotBegin_CountsNoAttempt()
    {
        var id = await PutAsync(attempts: 1);
        await Worker(_ => Task.FromResult<JobOutcome>(
            _runs < 5 ? new JobOutcome.Later("full") : new JobOutcome.Done("{}"))).RunAsync(1, () => true, default);
        var job = (await _queue.ReadAsync(id, default))!;
        Assert.Equal((5, JobState.Done, 1), (_runs, job.State, job.Attempts));
    }

    [Fact]
    public async Task Run_JobThatEndedItsProcesses_IsSetAsideAndNotBegunAgain()
    {
        var dying = Queue(TimeSpan.FromMilliseconds(-1));
        var id = await PutAsync(attempts: 2);
        Assert.NotNull(await dying.ClaimAsync("first", [""], default));
        Assert.NotNull(await dying.ClaimAsync("second", [""], default));
        await Worker(_ => Task.FromResult<JobOutcome>(new JobOutcome.Done("{}"))).RunAsync(1, () => true, default);
        Assert.Equal(0, _runs);
        var job = (await _queue.ReadAsync(id, default))!;
        Assert.Equal(JobState.Failed, job.State);
        Assert.Contains("2 times", job.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_JobThatIsRemovedMeanwhile_IsStopped()
    {
        var id = await PutAsync(attempts: 2);
        var stopped = new TaskCompletionSource();
        await Worker(async cancellation =>
        {
            await _queue.RemoveAsync(id, default);
            await Task.Delay(Timeout.Infinite, cancellation).ContinueWith(
                _ => stopped.SetResult(), TaskScheduler.Default);
            cancellation.ThrowIfCancellationRequested();
            return new JobOutcome.Done("{}");
        }).RunAsync(1, () => true, default);
        await stopped.Task;
        Assert.Null(await _queue.ReadAsync(id, default));
    }

    [Fact]
    public async Task Run_StopRequest_GivesBackWhatIsUnderWayWithItsAttempt()
    {
        var id = await PutAsync(attempts: 2);
        using var stop = new CancellationTokenSource();
        await Worker(async cancellation =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, cancellation);
            return new JobOutcome.Done("{}");
        }).RunAsync(1, () => false, stop.Token);
        var job = (await _queue.ReadAsync(id, default))!;
        Assert.Equal((JobState.Waiting, 0), (job.State, job.Attempts));
    }

    [Fact]
    public async Task Run_WithANotice_PutsItWithTheEndAndSaysThatTheJobEnded()
    {
        var finished = new List<string>();
        _signal.Finished += finished.Add;
        var id = await PutAsync(attempts: 1);
        await Worker(_ => Task.FromResult<JobOutcome>(new JobOutcome.Refused("no sound"))).RunAsync(1, () => true, default);
        Assert.Equal([id], finished);
        var told = (await _queue.ClaimAsync("other", ["elsewhere"], default))!;
        Assert.Equal("failed: no sound", told.Job.Request);
    }

    private async Task<string> PutAsync(int attempts) =>
        (await _queue.PutAsync(new NewJob(Handler.Name, "", "{}") { Attempts = attempts }, default)).Id;

    private SqliteJobQueue Queue(TimeSpan lease) =>
        new(_folder.File("queue.db"), JobQueueConformance.Limits with { Lease = lease });

    private JobWorker Worker(Func<CancellationToken, Task<JobOutcome>> run) => new(
        _queue, [new Handler(this, run)], [new Notice()], _signal,
        Microsoft.Extensions.Options.Options.Create(new JobsOptions { RetrySeconds = 0.01, PollSeconds = 0.05, LeaseSeconds = 1 }),
        NullLogger<JobWorker>.Instance);

    private sealed class Handler(JobWorkerTests owner, Func<CancellationToken, Task<JobOutcome>> run) : IJobHandler
    {
        public const string Name = "test";

        public string Kind => Name;

        public string Lane => "";

        public Task<JobOutcome> RunAsync(
            ClaimedJob job, IProgress<JobProgress> progress, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref owner._runs);
            return run(cancellationToken);
        }
    }

    private sealed class Notice : IJobNotice
    {
        public NewJob? Of(KeptJob job, JobEnd end) =>
            end.IsDone ? null : new NewJob("notice", "elsewhere", $"failed: {end.Problem}");
    }
}
