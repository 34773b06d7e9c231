using Speaker.Jobs;

namespace Speaker.Host.Jobs;

/// <summary>Does the jobs of one kind.</summary>
internal interface IJobHandler
{
    /// <summary>As <see cref="NewJob.Kind"/>.</summary>
    string Kind { get; }

    /// <summary>As <see cref="NewJob.Lane"/>: what this process can do.</summary>
    string Lane { get; }

    /// <summary>Does a job; done a second time it changes nothing.</summary>
    /// <param name="job">The job.</param>
    /// <param name="progress">Told how far it has come.</param>
    /// <param name="cancellationToken">Ends it; it is done later then.</param>
    /// <exception cref="Exception">Something went wrong that may not the next time: it is tried again, so often as the
    /// job says.</exception>
    Task<JobOutcome> RunAsync(ClaimedJob job, IProgress<JobProgress> progress, CancellationToken cancellationToken);
}

/// <summary>What came of an attempt.</summary>
internal abstract record JobOutcome
{
    /// <summary>It is done.</summary>
    /// <param name="Result">In JSON.</param>
    public sealed record Done(string Result) : JobOutcome;

    /// <summary>It cannot be done, however often it is tried: it is set aside.</summary>
    public sealed record Refused(string Reason) : JobOutcome;

    /// <summary>It could not be begun, for a reason that has nothing to do with it: it is tried again and no attempt is
    /// counted.</summary>
    public sealed record Later(string Reason) : JobOutcome;
}
