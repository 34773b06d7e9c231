using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Speaker.Host.Tests.Support;
using Speaker.Jobs;
using Xunit.Abstractions;

namespace Speaker.Host.Tests.Jobs;

/// <summary>What every queue does, whatever keeps the jobs.</summary>
/// <param name="log">Gets the counts.</param>
public abstract class JobQueueConformance(ITestOutputHelper log) : IDisposable
{
    private static readonly string[] Anyone = [""];

    /// <summary>How many processes are killed: SPEAKER_QUEUE_KILLS, or as many as take seconds.</summary>
    private static readonly int Kills =
        Environment.GetEnvironmentVariable("SPEAKER_QUEUE_KILLS") is { Length: > 0 } number
            ? int.Parse(number, CultureInfo.InvariantCulture)
            : 3;

    private readonly List<IDisposable> _open = [];

    /// <summary>Where the queue is: a file or an address.</summary>
    protected abstract string Place { get; }

    internal TemporaryFolder Folder { get; } = new();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    [StoreFact]
    public async Task Claim_JobsThatWerePut_ComeWholeInOrderAndOnce()
    {
        var queue = Open();
        var first = await queue.PutAsync(
            new NewJob("enrol", "", "{\"a\":\"ä\"}")
            {
                Subject = "änna", Attempts = 3, Sounds = [new JobSound("1.wav", [0, 1, 255]), new JobSound("2.wav", [])],
            },
            default);
        var second = await queue.PutAsync(Job(), default);
        Assert.True(first.IsNew);
        Assert.Equal(32, first.Id.Length);
        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal(new JobCounts(0, 2, 0, 0, 3), await queue.CountAsync(default));

        var other = Open();
        var claimed = await other.ClaimAsync("host", Anyone, default);
        Assert.Equal(first.Id, claimed!.Job.Id);
        Assert.Equal(
            ("enrol", "{\"a\":\"ä\"}", "änna", JobState.Running, 1, 3, "host"),
            (claimed.Job.Kind, claimed.Job.Request, claimed.Job.Subject, claimed.Job.State, claimed.Job.Attempts,
                claimed.Job.AttemptsAllowed, claimed.Job.Worker));
        Assert.Equal(["1.wav", "2.wav"], claimed.Sounds.Select(sound => sound.Name));
        Assert.Equal([0, 1, 255], claimed.Sounds[0].Content);
        Assert.Empty(claimed.Sounds[1].Content);
        Assert.Equal(second.Id, (await queue.ClaimAsync("host", Anyone, default))!.Job.Id);
        Assert.Null(await queue.ClaimAsync("host", Anyone, default));
        Assert.Equal(new JobCounts(0, 0, 2, 0, 3), await queue.CountAsync(default));
    }

    [StoreFact]
    public async Task Finish_Done_KeepsTheResultAndNotTheSound()
    {
        var queue = Open();
        await queue.PutAsync(Job() with { Sounds = [new JobSound("1.wav", new byte[1000])] }, default);
        var claimed = await queue.ClaimAsync("host", Anyone, default);
        Assert.True(await queue.ExtendAsync(claimed!, new JobProgress(3, 7), default));
        Assert.Equal(new JobProgress(3, 7), (await queue.ReadAsync(claimed!.Job.Id, default))!.Progress);
        Assert.True(await queue.FinishAsync(
            claimed, new JobEnd(true, "{}", null) { Next = new NewJob("webhook", "webhook", "told") }, default));

        var done = (await queue.ReadAsync(claimed.Job.Id, default))!;
        Assert.Equal((JobState.Done, "{}", null, 0L), (done.State, done.Result, done.Problem, done.Bytes));
        Assert.InRange(done.FinishedAt!.Value - done.PutAt, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        // Not its own any more: neither another end, nor another try.
        Assert.False(await queue.FinishAsync(claimed, new JobEnd(false, null, "late"), default));
        Assert.False(await queue.ExtendAsync(claimed, new JobProgress(4, 7), default));
        Assert.False(await queue.PostponeAsync(claimed, TimeSpan.Zero, null, true, default));
        Assert.False(await queue.RetryAsync(done.Id, default));
        // What follows was put with the end, and is another's to do.
        Assert.Null(await queue.ClaimAsync("host", Anyone, default));
        Assert.Equal("told", (await queue.ClaimAsync("host", ["", "webhook"], default))!.Job.Request);
    }

    [StoreFact]
    public async Task Postpone_IsNotBegunBeforeItsTimeAndCountsWhereItIsSaid()
    {
        var queue = Open();
        await queue.PutAsync(Job(), default);
        var claimed = await queue.ClaimAsync("host", Anyone, default);
        Assert.True(await queue.PostponeAsync(claimed!, TimeSpan.Zero, null, counts: false, default));
        claimed = await queue.ClaimAsync("host", Anyone, default);
        Assert.Equal(1, claimed!.Job.Attempts);
        Assert.True(await queue.PostponeAsync(claimed, TimeSpan.FromHours(1), "full disk", counts: true, default));
        Assert.Null(await queue.ClaimAsync("host", Anyone, default));
        var waiting = (await queue.ReadAsync(claimed.Job.Id, default))!;
        Assert.Equal((JobState.Waiting, 1, "full disk"), (waiting.State, waiting.Attempts, waiting.Problem));
        Assert.True(waiting.DueAt > waiting.PutAt);
    }

    [StoreFact]
    public async Task Retry_OfAJobThatWasSetAside_BeginsAnewWithItsSound()
    {
        var queue = Open();
        await queue.PutAsync(Job() with { Sounds = [new JobSound("1.wav", [7])] }, default);
        var claimed = await queue.ClaimAsync("host", Anyone, default);
        Assert.True(await queue.FinishAsync(claimed!, new JobEnd(false, null, "no sound"), default));
        var id = claimed!.Job.Id;
        Assert.Equal(new JobCounts(0, 0, 0, 1, 1), await queue.CountAsync(default));
        Assert.Equal(id, Assert.Single(await queue.ListAsync(JobState.Failed, 10, default)).Id);
        Assert.Empty(await queue.ListAsync(JobState.Waiting, 10, default));

        Assert.True(await queue.RetryAsync(id, default));
        Assert.False(await queue.RetryAsync(id, default));
        claimed = await queue.ClaimAsync("host", Anyone, default);
        Assert.Equal((1, "no sound"), (claimed!.Job.Attempts, claimed.Job.Problem));
        Assert.Equal([7], claimed.Sounds[0].Content);

        // Whoever works on it learns that it is gone.
        Assert.True(await queue.RemoveAsync(id, default));
        Assert.False(await queue.RemoveAsync(id, default));
        Assert.False(await queue.ExtendAsync(claimed, new JobProgress(0, 0), default));
        Assert.Null(await queue.ReadAsync(id, default));
        Assert.Equal(new JobCounts(0, 0, 0, 0, 0), await queue.CountAsync(default));
    }

    [StoreFact]
    public async Task Confirm_OfAJobThatIsHeld_LetsItBegin()
    {
        var queue = Open();
        var held = await queue.PutAsync(Job() with { IsHeld = true, Sounds = [new JobSound("1.wav", [7])] }, default);
        Assert.Equal(new JobCounts(1, 0, 0, 0, 1), await queue.CountAsync(default));
        Assert.Equal(held.Id, Assert.Single(await queue.ListAsync(JobState.Held, 10, default)).Id);
        // Nobody does it, and nobody waits for it to be done.
        Assert.Null(await queue.ClaimAsync("host", Anyone, default));
        Assert.True(await queue.IsIdleAsync(Anyone, default));
        Assert.False(await queue.RetryAsync(held.Id, default));

        Assert.True(await queue.ConfirmAsync(held.Id, default));
        Assert.False(await queue.ConfirmAsync(held.Id, default));
        var claimed = await queue.ClaimAsync("host", Anyone, default);
        Assert.Equal((held.Id, 1), (claimed!.Job.Id, claimed.Job.Attempts));
        Assert.Equal([7], claimed.Sounds[0].Content);
        Assert.False(await queue.ConfirmAsync(held.Id, default));
    }

    [StoreFact]
    public async Task Put_MoreThanMayBeHeld_IsRefusedAndOthersAreNot()
    {
        var queue = Open(Limits with { Held = 1 });
        await queue.PutAsync(Job() with { IsHeld = true }, default);
        var full = await Assert.ThrowsAsync<JobQueueFullException>(
            () => queue.PutAsync(Job() with { IsHeld = true }, default));
        Assert.Contains("MaximumHeld", full.Message, StringComparison.Ordinal);
        Assert.True((await queue.PutAsync(Job(), default)).IsNew);
    }

    [StoreFact]
    public async Task Sweep_OfWhatNobodyConfirmed_RemovesItWithItsSound()
    {
        var queue = Open(Limits with { KeepHeld = TimeSpan.FromSeconds(-1) });
        var held = await queue.PutAsync(Job() with { IsHeld = true, Sounds = [new JobSound("1.wav", [7])] }, default);
        await queue.PutAsync(Job(), default);
        Assert.Equal(1, await queue.SweepAsync(default));
        Assert.Null(await queue.ReadAsync(held.Id, default));
        Assert.Equal(new JobCounts(0, 1, 0, 0, 0), await queue.CountAsync(default));
    }

    [StoreFact]
    public async Task Finish_OfWhatNoTryWouldChange_LeavesNoSoundThatTakesRoom()
    {
        var queue = Open();
        await queue.PutAsync(Job() with { Sounds = [new JobSound("1.wav", [7])] }, default);
        var claimed = await queue.ClaimAsync("host", Anyone, default);
        Assert.True(await queue.FinishAsync(claimed!, new JobEnd(false, null, "no sound") { DropsSound = true }, default));
        Assert.Equal(new JobCounts(0, 0, 0, 1, 0), await queue.CountAsync(default));
        Assert.True(await queue.RetryAsync(claimed!.Job.Id, default));
        Assert.Empty((await queue.ClaimAsync("host", Anyone, default))!.Sounds);
    }

    [StoreFact]
    public async Task Put_TheSameKey_IsPutOnceHoweverItEnded()
    {
        var queue = Open();
        var job = Job() with { Key = "file", Stays = true };
        var first = await queue.PutAsync(job, default);
        Assert.Equal(new PutJob(first.Id, false), await queue.PutAsync(job, default));
        var claimed = await queue.ClaimAsync("host", Anyone, default);
        await queue.FinishAsync(claimed!, new JobEnd(true, "{}", null), default);
        Assert.Equal(new PutJob(first.Id, false), await queue.PutAsync(job, default));
        await queue.RemoveAsync(first.Id, default);
        Assert.True((await queue.PutAsync(job, default)).IsNew);
    }

    [StoreFact]
    public async Task Put_BeyondTheBounds_IsRefusedUntilThereIsRoom()
    {
        var queue = Open(Limits with { Jobs = 2, Bytes = 10 });
        await queue.PutAsync(Job() with { Sounds = [new JobSound("1.wav", new byte[8])] }, default);
        var full = await Assert.ThrowsAsync<JobQueueFullException>(
            () => queue.PutAsync(Job() with { Sounds = [new JobSound("2.wav", new byte[3])] }, default));
        Assert.Contains("Speaker:Jobs:MaximumMegabytes", full.Message, StringComparison.Ordinal);
        await queue.PutAsync(Job() with { Key = "second" }, default);
        full = await Assert.ThrowsAsync<JobQueueFullException>(() => queue.PutAsync(Job(), default));
        Assert.Contains("Speaker:Jobs:MaximumJobs", full.Message, StringComparison.Ordinal);
        Assert.False((await queue.PutAsync(Job() with { Key = "second" }, default)).IsNew);

        var claimed = await queue.ClaimAsync("host", Anyone, default);
        await queue.FinishAsync(claimed!, new JobEnd(true, "{}", null), default);
        await queue.PutAsync(Job() with { Sounds = [new JobSound("2.wav", new byte[10])] }, default);
    }

    [StoreFact]
    public async Task Claim_OtherLane_IsLeftToOthers()
    {
        var queue = Open();
        await queue.PutAsync(Job() with { Lane = "inbox" }, default);
        Assert.Null(await queue.ClaimAsync("host", Anyone, default));
        Assert.True(await queue.IsIdleAsync(Anyone, default));
        Assert.NotNull(await queue.ClaimAsync("host", ["", "inbox"], default));
        Assert.False(await queue.IsIdleAsync(["", "inbox"], default));
    }

    [StoreFact]
    public async Task Claim_LeaseThatEnded_IsAnothersFromThenOn()
    {
        var queue = Open(Limits with { Lease = TimeSpan.FromSeconds(0.3) });
        await queue.PutAsync(Job(), default);
        var dead = await queue.ClaimAsync("first", Anyone, default);
        ClaimedJob? taken;
        while ((taken = await queue.ClaimAsync("second", Anyone, default)) is null)
        {
            await Task.Delay(20);
        }

        Assert.Equal((dead!.Job.Id, 2, "second"), (taken.Job.Id, taken.Job.Attempts, taken.Job.Worker));
        Assert.False(await queue.FinishAsync(dead, new JobEnd(true, "{}", null), default));
        Assert.Equal(JobState.Running, (await queue.ReadAsync(dead.Job.Id, default))!.State);
    }

    [StoreFact]
    public async Task Claim_ByManyAtOnce_GivesEachJobToOne()
    {
        const int Jobs = 120;
        var queue = Open();
        for (var i = 0; i < Jobs; i++)
        {
            await queue.PutAsync(Job(), default);
        }

        var claimed = new ConcurrentBag<string>();
        var queues = Enumerable.Range(0, 2).Select(_ => Open()).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            while (await queues[worker % 2].ClaimAsync($"worker {worker}", Anyone, default) is { } job)
            {
                claimed.Add(job.Job.Id);
                Assert.True(await queues[worker % 2].FinishAsync(job, new JobEnd(true, "{}", null), default));
            }
        })));
        Assert.Equal(Jobs, claimed.Count);
        Assert.Equal(Jobs, claimed.Distinct().Count());
    }

    [StoreFact]
    public async Task Sweep_RemovesWhatEndedLongAgo()
    {
        var queue = Open(Limits with { KeepDone = TimeSpan.FromSeconds(-1), KeepFailed = TimeSpan.FromHours(1) });
        Assert.Equal(0, await queue.SweepAsync(default));
        foreach (var (key, isDone) in ((string, bool)[])[("done", true), ("stays", true), ("failed", false)])
        {
            await queue.PutAsync(Job() with { Key = key, Stays = key == "stays" }, default);
            var claimed = await queue.ClaimAsync("host", Anyone, default);
            await queue.FinishAsync(claimed!, new JobEnd(isDone, isDone ? "{}" : null, isDone ? null : "no"), default);
        }

        await queue.PutAsync(Job(), default);
        Assert.Equal(1, await queue.SweepAsync(default));
        Assert.Equal(3, (await queue.ListAsync(null, 10, default)).Count);
        Assert.Equal(2, (await queue.ListAsync(null, 2, default)).Count);
    }

    [StoreFact]
    public async Task Read_WhereNothingWasPut_IsEmptyAndMakesNothing()
    {
        var queue = Open();
        Assert.Null(await queue.ReadAsync("0", default));
        Assert.Null(await queue.ClaimAsync("host", Anyone, default));
        Assert.Empty(await queue.ListAsync(null, 10, default));
        Assert.Equal(new JobCounts(0, 0, 0, 0, 0), await queue.CountAsync(default));
        Assert.False(await queue.RetryAsync("0", default));
        Assert.False(await queue.RemoveAsync("0", default));
        Assert.False(Exists());
        await queue.PutAsync(Job(), default);
        Assert.True(Exists());
    }

    [StoreFact]
    public async Task Use_NewerOrForeign_IsRefused()
    {
        await Open().PutAsync(Job(), default);
        MakeNewer();
        var newer = await Assert.ThrowsAsync<StoreException>(() => Open().PutAsync(Job(), default));
        Assert.Equal(StoreProblem.NewerVersion, newer.Problem);
        Assert.Contains("99", newer.Message, StringComparison.Ordinal);
        MakeForeign();
        Assert.Equal(
            StoreProblem.NotAStore,
            (await Assert.ThrowsAsync<StoreException>(() => Open().PutAsync(Job(), default))).Problem);
    }

    /// <summary>Processes that put jobs and say so are killed at random moments. Every id that one printed is
    /// there.</summary>
    [StoreFact]
    public async Task Put_KilledAtRandomMoments_LosesNothingAcknowledged()
    {
        var acknowledged = new HashSet<string>();
#pragma warning disable CA5394 // nothing secret about a moment
        var random = new Random(1);
        for (var kill = 0; kill < Kills; kill++)
        {
            using var process = HelperProcess.Start("put", Place, $"guest{kill}", 1_000_000);
            var first = new TaskCompletionSource();
            var output = Task.Run(() =>
            {
                var ids = new List<string>();
                while (process.StandardOutput.ReadLine() is { } line)
                {
                    ids.Add(line);
                    first.TrySetResult();
                }

                return ids;
            });
            await first.Task;
            await Task.Delay(random.Next(0, 300));
            process.Kill();
            await process.WaitForExitAsync();
            // The last line may be cut.
            acknowledged.UnionWith((await output).Where(line => line.Length == 32));
        }
#pragma warning restore CA5394

        var kept = (await Open().ListAsync(null, int.MaxValue, default)).ToDictionary(job => job.Id);
        Assert.Subset(kept.Keys.ToHashSet(), acknowledged);
        Assert.All(kept.Values, job => Assert.Equal(HelperProcess.JobBytes, job.Bytes));
        Assert.InRange(acknowledged.Count, Kills, kept.Count);
        log.WriteLine($"{Kills} killed, {acknowledged.Count} jobs acknowledged, {kept.Count} kept, 0 lost, 0 in part");
    }

    /// <summary>Whether anything is at the place.</summary>
    protected abstract bool Exists();

    /// <summary>Gives the queue a version that does not exist yet.</summary>
    protected abstract void MakeNewer();

    /// <summary>Puts something else at the place.</summary>
    protected abstract void MakeForeign();

    internal IJobQueue Open(JobLimits? limits = null)
    {
        var queue = HelperProcess.OpenQueue(Place, limits ?? Limits);
        if (queue is IDisposable disposable)
        {
            _open.Add(disposable);
        }

        return queue;
    }

    internal static JobLimits Limits { get; } = new(
        1_000_000, 1000, long.MaxValue, TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(1),
        TimeSpan.FromHours(1), TimeSpan.FromSeconds(60));

    internal static NewJob Job() => new("enrol", "", "{}") { Attempts = 5 };

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _open.ForEach(queue => queue.Dispose());
            Folder.Dispose();
        }
    }
}
