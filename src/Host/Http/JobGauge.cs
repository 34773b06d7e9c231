using System.Diagnostics.Metrics;
using Speaker.Jobs;

namespace Speaker.Host.Http;

/// <summary>
/// How many jobs the queue has by state, as a gauge. They are counted every few seconds beside the requests: a look at
/// the metrics waits for no database. Where the queue cannot be read there is no number, rather than an old one.
/// </summary>
/// <remarks>Of several services with one queue each says the same.</remarks>
internal sealed class JobGauge : IAsyncDisposable
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly IJobQueue _queue;
    private readonly Task _counting;
    private volatile JobCounts? _counts;

    /// <summary>Begins to count.</summary>
    /// <param name="meter">Gets the gauge.</param>
    /// <param name="queue">Is counted.</param>
    /// <param name="time">When.</param>
    public JobGauge(Meter meter, IJobQueue queue, TimeProvider time)
    {
        _queue = queue;
        meter.CreateObservableGauge(
            "speaker.jobs", Measure, "{job}", "Jobs of the queue that are not done, by state.");
        _counting = CountAsync(time);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _counting;
        _stop.Dispose();
    }

    private IEnumerable<Measurement<long>> Measure()
    {
        return _counts is { } counts
            ?
            [
                Of("held", counts.Held), Of("waiting", counts.Waiting), Of("running", counts.Running),
                Of("failed", counts.Failed),
            ]
            : [];

        static Measurement<long> Of(string state, long jobs) =>
            new(jobs, new KeyValuePair<string, object?>("state", state));
    }

    private async Task CountAsync(TimeProvider time)
    {
        using var timer = new PeriodicTimer(_interval, time);
        try
        {
            do
            {
                _counts = await TryCountAsync();
            }
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // Nobody asks any more.
        }
    }

    private async Task<JobCounts?> TryCountAsync()
    {
        try
        {
            return await _queue.CountAsync(_stop.Token);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whatever it is, who works on the jobs says it.
            return null;
        }
    }
}
