namespace Speaker.Jobs;

/// <summary>How much a queue takes, and for how long.</summary>
/// <param name="Jobs">Most that wait or are worked on.</param>
/// <param name="Held">Most that are held until a person confirms them.</param>
/// <param name="Bytes">Most sound that they and those set aside carry.</param>
/// <param name="Lease">How long a job is a process's that does not say that it goes on.</param>
/// <param name="KeepDone">How long a job that is done can be asked for.</param>
/// <param name="KeepFailed">How long one that is set aside, with its sound, can be tried again.</param>
/// <param name="KeepHeld">How long one that is held, with its sound, can be confirmed.</param>
/// <param name="Busy">Longest wait for another process's transaction.</param>
internal sealed record JobLimits(
    int Jobs, int Held, long Bytes, TimeSpan Lease, TimeSpan KeepDone, TimeSpan KeepFailed, TimeSpan KeepHeld,
    TimeSpan Busy);

/// <summary>As much waits in a queue as may: come again later.</summary>
internal sealed class JobQueueFullException(string message) : Exception(message);
