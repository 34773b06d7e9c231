using Speaker.Jobs;

namespace Speaker.Host.Jobs;

/// <summary>Says what is put into the queue because a job has ended.</summary>
internal interface IJobNotice
{
    /// <param name="job">The job, as it was when it was begun.</param>
    /// <param name="end">How it ends.</param>
    /// <returns>Null: nothing.</returns>
    NewJob? Of(KeptJob job, JobEnd end);
}
