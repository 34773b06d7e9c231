using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Speaker.CommandLine.Options;
using Speaker.Jobs;

namespace Speaker.Host.Jobs;

/// <summary>
/// Does jobs of the queue, several at a time. While one is worked on its lease is made whole again; whose lease is lost
/// stops. A job that fails is tried again, later each time, and set aside after so many attempts as it allows. Where
/// nothing can be done, as while a store is full, whoever found that waits too: otherwise each job would find it. On a
/// stop request what is under way is given back, unless it is just being committed: then it ends.
/// </summary>
internal sealed class JobWorker
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    private static readonly string Name = string.Create(
        CultureInfo.InvariantCulture, $"{Environment.MachineName}/{Environment.ProcessId}");

    private readonly ConcurrentDictionary<string, ClaimedJob> _running = [];
    private readonly IJobQueue _queue;
    private readonly IJobHandler[] _handlers;
    private readonly string[] _lanes;
    private readonly IJobNotice[] _notices;
    private readonly JobSignal _signal;
    private readonly JobsOptions _options;
    private readonly ILogger _logger;
    private int _isFailed;
    private int _done;
    private int _failed;

    public JobWorker(
        IJobQueue queue,
        IEnumerable<IJobHandler> handlers,
        IEnumerable<IJobNotice> notices,
        JobSignal signal,
        IOptions<JobsOptions> options,
        ILogger<JobWorker> logger)
    {
        _queue = queue;
        _handlers = [.. handlers];
        _lanes = [.. _handlers.Select(handler => handler.Lane).Distinct(StringComparer.Ordinal)];
        _notices = [.. notices];
        _signal = signal;
        _options = options.Value;
        _logger = logger;
    }

    /// <summary>Works until it is asked to stop.</summary>
    /// <param name="workers">Jobs at a time.</param>
    /// <param name="mayEnd">Whether it stops too when no job that this process can do waits or is worked on.</param>
    /// <param name="stop">Asks it; what is under way is given back.</param>
    public async Task RunAsync(int workers, Func<bool> mayEnd, CancellationToken stop)
    {
        _logger.Working(_queue.Location, workers);
        using var sweeping = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var sweep = SweepAsync(sweeping.Token);
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(
            () => LoopAsync(mayEnd, stop), CancellationToken.None)));
        await sweeping.CancelAsync();
        await sweep;
        _logger.StoppedWorking(_done, _failed);
    }

    /// <summary>Gives back what is worked on, whose work cannot be stopped.</summary>
    public async Task GiveBackAsync()
    {
        foreach (var job in _running.Values)
        {
            await GuardedAsync(() => _queue.PostponeAsync(
                job, TimeSpan.Zero, null, counts: false, CancellationToken.None));
        }
    }

    private async Task LoopAsync(Func<bool> mayEnd, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var next = _signal.NextPut;
            var (isThere, claimed) = await GuardedAsync(
                () => _queue.ClaimAsync(Name, _lanes, CancellationToken.None));
            if (claimed is not null)
            {
                _running[claimed.Lease] = claimed;
                await WorkAsync(claimed, stop);
                _running.TryRemove(claimed.Lease, out _);
                continue;
            }

            if (isThere && mayEnd()
                && (await GuardedAsync(() => _queue.IsIdleAsync(_lanes, CancellationToken.None))).Result)
            {
                return;
            }

            await Task.WhenAny(next, Task.Delay(TimeSpan.FromSeconds(_options.PollSeconds), stop));
        }
    }

    private async Task WorkAsync(ClaimedJob claimed, CancellationToken stop)
    {
        var begun = Stopwatch.GetTimestamp();
        var job = claimed.Job;
        var subject = job.Subject ?? "nobody";
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var over = new CancellationTokenSource();
        var progress = new LatestProgress();
        var keeping = KeepAsync(claimed, progress, lost, over.Token);
        JobEnd? end = null;
        var pause = TimeSpan.Zero;
        try
        {
            switch (await RunAsync(claimed, progress, lost.Token))
            {
                case JobOutcome.Done done:
                    end = new JobEnd(true, done.Result, null);
                    break;
                case JobOutcome.Refused refused:
                    end = new JobEnd(false, null, refused.Reason) { DropsSound = true };
                    break;
                case JobOutcome.Later later:
                    _logger.Postponed(job.Id, job.Kind, subject, later.Reason);
                    pause = _options.RetryAfter(attempts: 1);
                    await PostponeAsync(claimed, pause, later.Reason, counts: false);
                    break;
            }
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested)
        {
            await PostponeAsync(claimed, TimeSpan.Zero, null, counts: false);
        }
#pragma warning disable CA1031 // whatever a job does, the others are still to be done
        catch (Exception exception)
#pragma warning restore CA1031
        {
            var problem = $"{exception.GetType().Name}: {exception.Message}";
            if (job.Attempts >= job.AttemptsAllowed)
            {
                end = new JobEnd(false, null, problem);
            }
            else
            {
                _logger.Postponed(job.Id, job.Kind, subject, problem);
                await PostponeAsync(claimed, _options.RetryAfter(job.Attempts), problem, counts: true);
            }
        }

        await over.CancelAsync();
        await keeping;
        if (end is null)
        {
            await Task.Delay(pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        var next = _notices.Select(notice => notice.Of(job, end)).FirstOrDefault(each => each is not null);
        end = end with { Next = next };
        if ((await GuardedAsync(() => _queue.FinishAsync(claimed, end, CancellationToken.None))).Result)
        {
            Report(job, end, subject, Stopwatch.GetElapsedTime(begun).TotalSeconds);
        }
    }

    private Task<JobOutcome> RunAsync(ClaimedJob claimed, LatestProgress progress, CancellationToken cancellationToken)
    {
        var job = claimed.Job;
        if (job.Attempts > job.AttemptsAllowed)
        {
            return Task.FromResult<JobOutcome>(new JobOutcome.Refused(
                $"it was begun {job.AttemptsAllowed} times, and no process came to its end: see the log of {job.Worker}"));
        }

        return Array.Find(_handlers, handler => handler.Kind == job.Kind && handler.Lane == job.Lane) is { } handler
            ? handler.RunAsync(claimed, progress, cancellationToken)
            : Task.FromResult<JobOutcome>(new JobOutcome.Refused(
                $"this version of Speaker does no jobs of the kind '{job.Kind}': update it"));
    }

    private void Report(KeptJob job, JobEnd end, string subject, double seconds)
    {
        if (end.IsDone)
        {
            Interlocked.Increment(ref _done);
            _logger.Done(job.Id, job.Kind, subject, seconds);
        }
        else
        {
            Interlocked.Increment(ref _failed);
            _logger.SetAside(job.Id, job.Kind, subject, end.Problem!);
        }

        _signal.Finish(job.Id);
        if (end.Next is not null)
        {
            _signal.Put();
        }
    }

    /// <summary>Makes the lease whole again until the work is over.</summary>
    private async Task KeepAsync(
        ClaimedJob claimed, LatestProgress progress, CancellationTokenSource lost, CancellationToken over)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(_options.LeaseSeconds / 3));
        try
        {
            while (await timer.WaitForNextTickAsync(over))
            {
                var (isThere, isOurs) = await GuardedAsync(() => _queue.ExtendAsync(claimed, progress.Value, over));
                if (isThere && !isOurs)
                {
                    await lost.CancelAsync();
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The work is over.
        }
    }

    private async Task PostponeAsync(ClaimedJob claimed, TimeSpan delay, string? problem, bool counts) =>
        await GuardedAsync(() => _queue.PostponeAsync(claimed, delay, problem, counts, CancellationToken.None));

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(SweepInterval);
        try
        {
            do
            {
                await GuardedAsync(() => _queue.SweepAsync(cancellationToken));
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            // Nobody works any more.
        }
    }

    /// <summary>Asks the queue; where it cannot be used that is said once, and nothing comes of it.</summary>
    private async Task<(bool IsThere, T? Result)> GuardedAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            var result = await ask();
            if (Interlocked.Exchange(ref _isFailed, 0) == 1)
            {
                _logger.QueueBack();
            }

            return (true, result);
        }
        catch (StoreException exception)
        {
            if (Interlocked.Exchange(ref _isFailed, 1) == 0)
            {
                _logger.QueueFailed(exception.Message);
            }

            return (false, default);
        }
    }

    /// <summary>What was told last; told from any thread.</summary>
    private sealed class LatestProgress : IProgress<JobProgress>
    {
        private volatile JobProgress _value = new(0, 0);

        public JobProgress Value => _value;

        public void Report(JobProgress value) => _value = value;
    }
}
