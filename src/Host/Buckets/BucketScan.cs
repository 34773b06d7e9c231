using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Speaker.CommandLine.Options;
using Speaker.Enrolment;
using Speaker.Host.Inbox;
using Speaker.Host.Jobs;
using Speaker.Jobs;

namespace Speaker.Host.Buckets;

/// <summary>Looks through a bucket and puts every file into the queue once. A file counts as completely written when
/// two looks, apart by <see cref="InboxOptions.StableSeconds"/>, see the same size and time of change.</summary>
internal sealed class BucketScan(
    Bucket bucket,
    IJobQueue queue,
    JobSignal signal,
    IOptions<InboxOptions> inbox,
    IOptions<JobsOptions> jobs,
    ILogger<BucketScan> logger)
{
    private readonly InboxListing _listing = new(bucket.Root, []);
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);
    private readonly HashSet<string> _put = new(StringComparer.Ordinal);
    private Dictionary<string, FileStamp> _seen = new(StringComparer.Ordinal);
    private bool _isFailing;

    /// <summary>Looks through it again and again until it is asked to stop.</summary>
    /// <param name="first">Completed when everything that was there at the start is in the queue.</param>
    /// <param name="stop">Asks it.</param>
    public async Task RunAsync(TaskCompletionSource first, CancellationToken stop)
    {
        var stable = TimeSpan.FromSeconds(inbox.Value.StableSeconds);
        try
        {
            await LookAsync(stop);
            await Task.Delay(stable, stop);
            while (true)
            {
                var isWhole = await LookAsync(stop);
                if (isWhole)
                {
                    first.TrySetResult();
                }

                await Task.Delay(isWhole ? TimeSpan.FromSeconds(inbox.Value.RescanSeconds) : stable, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            first.TrySetCanceled(stop);
        }
    }

    /// <summary>Looks through the bucket once.</summary>
    /// <returns>Whether every file that stands still is in the queue.</returns>
    private async Task<bool> LookAsync(CancellationToken stop)
    {
        try
        {
            var seen = new Dictionary<string, FileStamp>(StringComparer.Ordinal);
            foreach (var file in _listing.Read())
            {
                stop.ThrowIfCancellationRequested();
                var obstacle = file.Obstacle ?? SpeakerName.Problem(file.Speaker!);
                if (obstacle is null)
                {
                    seen[file.RelativePath] = file.Stamp;
                    await PutAsync(file, stop);
                }
                else if (_reported.Add(file.RelativePath))
                {
                    logger.PassedOver(InboxFile.Printable(file.Path), obstacle);
                }
            }

            _seen = seen;
            _isFailing = false;
            return true;
        }
        catch (Exception exception) when (
            exception is JobQueueFullException or StoreException or IOException or UnauthorizedAccessException)
        {
            if (!_isFailing)
            {
                _isFailing = true;
                logger.BucketWaits(bucket.Root, exception.Message);
            }

            return false;
        }
    }

    private async Task PutAsync(InboxFile file, CancellationToken stop)
    {
        var job = bucket.ToJob(file, jobs.Value.Attempts);
        if (_put.Contains(job.Key!) || !_seen.TryGetValue(file.RelativePath, out var stamp) || stamp != file.Stamp)
        {
            return;
        }

        await queue.PutAsync(job, stop);
        _put.Add(job.Key!);
        signal.Put();
    }
}
