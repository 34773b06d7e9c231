namespace Speaker.Jobs;

/// <summary>
/// Work that is to be done later, at least once, by whichever process comes to it. A job is durable when
/// <see cref="PutAsync"/> returns. Who claims one has it for a while (a lease) and says that it goes on; of a process
/// that died another takes it over when that time has passed. One suite of tests says what each queue does, whatever
/// keeps the jobs.
/// </summary>
/// <remarks>A job may be done twice: whoever does it sees to it that the second time changes nothing.</remarks>
internal interface IJobQueue
{
    /// <summary>What people know the queue by: the path of a file, or an address without its password.</summary>
    string Location { get; }

    /// <summary>Puts a job into the queue.</summary>
    /// <param name="job">What is to be done.</param>
    /// <param name="cancellationToken">Stops it until it is committed.</param>
    /// <returns>The job's id; where there is a job of the same <see cref="NewJob.Key"/>, that one's, and nothing was
    /// put.</returns>
    /// <exception cref="JobQueueFullException">As much waits as may.</exception>
    /// <exception cref="StoreException">The queue cannot be written.</exception>
    Task<PutJob> PutAsync(NewJob job, CancellationToken cancellationToken);

    /// <summary>Takes the first job that is due, of those that this process can do.</summary>
    /// <param name="worker">Who takes it, for people.</param>
    /// <param name="lanes">As <see cref="NewJob.Lane"/>.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The job, which is this process's until its lease ends; null where nothing is due.</returns>
    /// <exception cref="StoreException">The queue cannot be used.</exception>
    Task<ClaimedJob?> ClaimAsync(string worker, IReadOnlyList<string> lanes, CancellationToken cancellationToken);

    /// <summary>Makes the lease whole again, and notes how far the work has come.</summary>
    /// <returns>False where the job is no longer this process's.</returns>
    /// <exception cref="StoreException">The queue cannot be used.</exception>
    Task<bool> ExtendAsync(ClaimedJob job, JobProgress progress, CancellationToken cancellationToken);

    /// <summary>Ends a job. Its sound goes where it is done, and stays for another try where it is set aside.</summary>
    /// <returns>False where the job is no longer this process's; nothing was changed.</returns>
    /// <exception cref="StoreException">The queue cannot be used.</exception>
    Task<bool> FinishAsync(ClaimedJob job, JobEnd end, CancellationToken cancellationToken);

    /// <summary>Gives a job back, to be tried again.</summary>
    /// <param name="job">The job.</param>
    /// <param name="delay">Not before this.</param>
    /// <param name="problem">Why; null where there is nothing to say.</param>
    /// <param name="counts">Whether this was one of its attempts.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>False where the job is no longer this process's.</returns>
    /// <exception cref="StoreException">The queue cannot be used.</exception>
    Task<bool> PostponeAsync(
        ClaimedJob job, TimeSpan delay, string? problem, bool counts, CancellationToken cancellationToken);

    /// <summary>A job, without its sound; null where there is none.</summary>
    /// <exception cref="StoreException">The queue cannot be read.</exception>
    Task<KeptJob?> ReadAsync(string id, CancellationToken cancellationToken);

    /// <summary>The sound that a job carries now; empty where there is no such job.</summary>
    /// <exception cref="StoreException">The queue cannot be read.</exception>
    Task<IReadOnlyList<JobSound>> ReadSoundsAsync(string id, CancellationToken cancellationToken);

    /// <summary>Jobs in the order in which they were put.</summary>
    /// <param name="state">Null: of any.</param>
    /// <param name="limit">How many at most; the newest where there are more.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="StoreException">The queue cannot be read.</exception>
    Task<IReadOnlyList<KeptJob>> ListAsync(JobState? state, int limit, CancellationToken cancellationToken);

    /// <summary>How many jobs there are of each state.</summary>
    /// <exception cref="StoreException">The queue cannot be read.</exception>
    Task<JobCounts> CountAsync(CancellationToken cancellationToken);

    /// <summary>Whether no job waits or is worked on, of those that this process can do.</summary>
    /// <param name="lanes">As <see cref="NewJob.Lane"/>.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="StoreException">The queue cannot be read.</exception>
    Task<bool> IsIdleAsync(IReadOnlyList<string> lanes, CancellationToken cancellationToken);

    /// <summary>Lets a job that was set aside be tried again from the beginning.</summary>
    /// <returns>False where there is no such job, or it is not set aside.</returns>
    /// <exception cref="StoreException">The queue cannot be written.</exception>
    Task<bool> RetryAsync(string id, CancellationToken cancellationToken);

    /// <summary>Lets a job that was held begin: a person wants it done.</summary>
    /// <returns>False where there is no such job, or it is not held.</returns>
    /// <exception cref="StoreException">The queue cannot be written.</exception>
    Task<bool> ConfirmAsync(string id, CancellationToken cancellationToken);

    /// <summary>Removes a job with its sound, in whatever state it is. Work that is under way is not undone.</summary>
    /// <returns>False where there is no such job.</returns>
    /// <exception cref="StoreException">The queue cannot be written.</exception>
    Task<bool> RemoveAsync(string id, CancellationToken cancellationToken);

    /// <summary>Removes jobs that ended, or were held, long ago.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="StoreException">The queue cannot be written.</exception>
    Task<int> SweepAsync(CancellationToken cancellationToken);
}
