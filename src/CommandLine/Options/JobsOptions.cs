using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;
using Speaker.Jobs;

namespace Speaker.CommandLine.Options;

/// <summary>The queue of jobs, and those who do them: <c>serve</c> and <c>worker</c>. Section
/// <c>Speaker:Jobs</c>.</summary>
internal sealed class JobsOptions
{
    /// <summary>Jobs that may wait or be worked on, 1 to 1,000,000; what comes beyond is told to come later.</summary>
    [Between(1, 1_000_000)]
    public int MaximumJobs { get; set; } = 10_000;

    /// <summary>Jobs that may be held until a person confirms them, 1 to 100,000.</summary>
    [Between(1, 100_000)]
    public int MaximumHeld { get; set; } = 100;

    /// <summary>Sound that may wait, in megabytes of 10⁶ bytes; 1 to 1,000,000.</summary>
    [Between(1, 1_000_000)]
    public double MaximumMegabytes { get; set; } = 1000;

    /// <summary>How often a job is tried before it is set aside, 1 to 100.</summary>
    [Between(1, 100)]
    public int Attempts { get; set; } = 5;

    /// <summary>Seconds until the second try, 0.01 to 3,600; twice as many before each further one, up to ten
    /// minutes.</summary>
    [Between(0.01, 3600)]
    public double RetrySeconds { get; set; } = 2;

    /// <summary>Seconds after which a job of a process that does not say that it goes on is another's, 1 to
    /// 3,600.</summary>
    [Between(1, 3600)]
    public double LeaseSeconds { get; set; } = 15;

    /// <summary>Seconds between looks for jobs that other processes put, 0.05 to 3,600.</summary>
    [Between(0.05, 3600)]
    public double PollSeconds { get; set; } = 1;

    /// <summary>Jobs that one process works on at a time, 1 to 1,024; null: in <c>worker</c> as many recordings as
    /// Speaker:Inference:Concurrency says, in <c>serve</c> one fewer, for who asks over HTTP.</summary>
    [Between(1, 1024)]
    public int? Workers { get; set; }

    /// <summary>Hours that a job which is done can be asked for, 0.001 to 100,000.</summary>
    [Between(0.001, 100_000)]
    public double KeepDoneHours { get; set; } = 24;

    /// <summary>Hours that a job which was set aside is kept with its sound, 0.001 to 100,000.</summary>
    [Between(0.001, 100_000)]
    public double KeepFailedHours { get; set; } = 168;

    /// <summary>Hours that a job is held with its sound until nobody can confirm it any more, 0.001 to
    /// 100,000.</summary>
    [Between(0.001, 100_000)]
    public double KeepHeldHours { get; set; } = 168;

    /// <summary>Whether <c>serve</c> moves a store of another model to the one in use, from the recordings that were
    /// kept.</summary>
    public bool Migrate { get; set; }

    /// <summary>What the queue is told.</summary>
    /// <param name="busySeconds">Longest wait for another's transaction.</param>
    public JobLimits Limits(double busySeconds) => new(
        MaximumJobs, MaximumHeld, (long)(MaximumMegabytes * 1e6), TimeSpan.FromSeconds(LeaseSeconds),
        TimeSpan.FromHours(KeepDoneHours), TimeSpan.FromHours(KeepFailedHours),
        TimeSpan.FromHours(KeepHeldHours), TimeSpan.FromSeconds(busySeconds));

    /// <summary>How long to wait before the next try.</summary>
    /// <param name="attempts">How many there were.</param>
    public TimeSpan RetryAfter(int attempts) => TimeSpan.FromSeconds(
        Math.Max(RetrySeconds, Math.Min(600, RetrySeconds * Math.Pow(2, attempts - 1))));
}

/// <summary>Checks <see cref="JobsOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class JobsOptionsValidator : IValidateOptions<JobsOptions>;
