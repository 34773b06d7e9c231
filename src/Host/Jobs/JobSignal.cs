namespace Speaker.Host.Jobs;

/// <summary>What the threads of one process tell each other of the queue, so that they need not look for it: a job was
/// put, a job has ended. What other processes do they find by looking.</summary>
internal sealed class JobSignal
{
    private volatile TaskCompletionSource _put = NewSource();

    /// <summary>Told the id of every job that ended in this process, on the thread that worked on it.</summary>
    public event Action<string>? Finished;

    /// <summary>Ends at the next <see cref="Put"/>. Taken before a look, it misses nothing that comes after
    /// it.</summary>
    public Task NextPut => _put.Task;

    /// <summary>A job was put.</summary>
    public void Put() => Interlocked.Exchange(ref _put, NewSource()).SetResult();

    /// <summary>A job has ended.</summary>
    public void Finish(string id) => Finished?.Invoke(id);

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
