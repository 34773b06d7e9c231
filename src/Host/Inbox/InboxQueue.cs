using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Speaker.Enrolment;
using Speaker.Host.Jobs;
using Speaker.Jobs;

namespace Speaker.Host.Inbox;

/// <summary>
/// Files of the inbox on their way through the queue: a file that stands still becomes a job, and what came of the job
/// is the verdict on the file. The file stays where it is meanwhile, so nothing is lost with a job; a job that was put
/// before this process began is taken over, and one that ended before is done again, which changes nothing.
/// </summary>
internal sealed class InboxQueue : IDisposable
{
    /// <summary>Jobs of the inbox in the queue at a time. The other files wait where they are, and each look asks only
    /// for so many.</summary>
    private const int MostQueued = 500;

    private readonly IJobQueue _queue;
    private readonly JobSignal _signal;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly string _lane;
    private readonly TimeSpan _pause;
    private readonly Action<string> _answered;

    /// <summary>From a job's key to its id, and from its id to the file.</summary>
    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _files = new(StringComparer.Ordinal);
    private long? _fullSince;
    private bool _isFullReported;

    /// <param name="queue">Where the jobs are.</param>
    /// <param name="signal">Says when one has ended.</param>
    /// <param name="inbox">Its whole path.</param>
    /// <param name="pause">Until a queue that is full is asked again.</param>
    /// <param name="answered">Told the path, relative to the inbox, of every file that there is a verdict on, on any
    /// thread.</param>
    /// <param name="time">Of the pause.</param>
    /// <param name="logger">Told of a queue that is full.</param>
    public InboxQueue(
        IJobQueue queue, JobSignal signal, string inbox, TimeSpan pause, Action<string> answered, TimeProvider time,
        ILogger logger)
    {
        _queue = queue;
        _signal = signal;
        _lane = InboxJob.LaneOf(inbox);
        _pause = pause;
        _answered = answered;
        _time = time;
        _logger = logger;
        _signal.Finished += OnFinished;
    }

    /// <summary>Puts no more files into the queue; what came of those in it can still be asked for.</summary>
    public bool IsClosed { get; set; }

    /// <summary>As <see cref="JudgeFile"/> has it. It is short, and a stop request does not end it: what was put, or is
    /// done, must not be forgotten between two steps.</summary>
    /// <exception cref="IOException">The file could not be opened.</exception>
    /// <exception cref="StoreException">The store or the queue cannot be used.</exception>
    public async Task<Judgement> JudgeAsync(InboxFile file, bool isAbandoned, CancellationToken cancellationToken)
    {
        if (SpeakerName.Problem(file.Speaker!) is { } problem)
        {
            return new Judgement.Refused(problem, 0);
        }

        cancellationToken.ThrowIfCancellationRequested();
        var job = new InboxJob(
            file.Speaker!, file.Name, file.Stamp.Length, file.Stamp.Written, isAbandoned).ToJob(_lane);
        return _ids.TryGetValue(job.Key!, out var id)
            ? await CollectAsync(job.Key!, id)
            : await PutAsync(job, file.RelativePath);
    }

    public void Dispose() => _signal.Finished -= OnFinished;

    private async Task<Judgement> PutAsync(NewJob job, string file)
    {
        if (IsClosed || _ids.Count >= MostQueued
            || (_fullSince is { } since && _time.GetElapsedTime(since) < _pause))
        {
            return new Judgement.Queued();
        }

        try
        {
            var put = await _queue.PutAsync(job, CancellationToken.None);
            if (!put.IsNew && await _queue.ReadAsync(put.Id, CancellationToken.None)
                is { State: JobState.Done or JobState.Failed })
            {
                // What came of it was for a file that was there before this one.
                await _queue.RemoveAsync(put.Id, CancellationToken.None);
                put = await _queue.PutAsync(job, CancellationToken.None);
            }

            _files[put.Id] = file;
            _ids[job.Key!] = put.Id;
            (_fullSince, _isFullReported) = (null, false);
            _signal.Put();
        }
        catch (JobQueueFullException exception)
        {
            _fullSince = _time.GetTimestamp();
            if (!_isFullReported)
            {
                _isFullReported = true;
                _logger.QueueFull(exception.Message);
            }
        }

        return new Judgement.Queued();
    }

    private async Task<Judgement> CollectAsync(string key, string id)
    {
        var job = await _queue.ReadAsync(id, CancellationToken.None);
        if (job is { State: JobState.Waiting or JobState.Running })
        {
            return new Judgement.Queued();
        }

        _ids.Remove(key);
        _files.TryRemove(id, out _);
        if (job is null)
        {
            // Somebody removed it: the file is still there, and becomes a job again.
            return new Judgement.Queued();
        }

        await _queue.RemoveAsync(id, CancellationToken.None);
        return job.State == JobState.Failed
            ? new Judgement.Refused(job.Problem ?? "it could not be enrolled", 0)
            : JsonSerializer.Deserialize(job.Result!, InboxJson.Default.InboxResult)!.ToJudgement();
    }

    private void OnFinished(string id)
    {
        if (_files.TryGetValue(id, out var file))
        {
            _answered(file);
        }
    }
}
