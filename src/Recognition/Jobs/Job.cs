namespace Speaker.Jobs;

/// <summary>Where a job stands.</summary>
internal enum JobState
{
    /// <summary>Nobody works on it until a person confirms it.</summary>
    Held,

    /// <summary>Nobody works on it.</summary>
    Waiting,

    /// <summary>Somebody does, as long as the lease lasts.</summary>
    Running,

    /// <summary>It is done, and has a result.</summary>
    Done,

    /// <summary>It is set aside: it cannot be done, or failed too often.</summary>
    Failed,
}

/// <summary>A recording that a job carries.</summary>
/// <param name="Name">What it is called in results.</param>
/// <param name="Content">A sound file.</param>
internal sealed record JobSound(string Name, byte[] Content);

/// <summary>A job that is to be put.</summary>
/// <param name="Kind">What is to be done.</param>
/// <param name="Lane">Which processes can do it; empty: all that have this queue.</param>
/// <param name="Request">What to do, in JSON.</param>
internal sealed record NewJob(string Kind, string Lane, string Request)
{
    /// <summary>Jobs of one key are put once, whatever became of the first; null: there is no other like it.</summary>
    public string? Key { get; init; }

    /// <summary>Whom it is about, for people.</summary>
    public string? Subject { get; init; }

    /// <summary>Kept until the job is done or removed.</summary>
    public IReadOnlyList<JobSound> Sounds { get; init; } = [];

    /// <summary>How often it is tried before it is set aside.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>Whether it is <see cref="JobState.Held"/> first.</summary>
    public bool IsHeld { get; init; }

    /// <summary>Whether it stays in the queue when it is done, so that its key is not put again.</summary>
    public bool Stays { get; init; }
}

/// <summary>What became of putting a job.</summary>
/// <param name="Id">Hard to guess: 32 hexadecimal digits.</param>
/// <param name="IsNew">False where a job of this key was there.</param>
internal sealed record PutJob(string Id, bool IsNew);

/// <summary>How far a job has come.</summary>
/// <param name="Done">Steps.</param>
/// <param name="Total">Steps; 0 where nobody counts.</param>
internal sealed record JobProgress(long Done, long Total);

/// <summary>How a job ends.</summary>
/// <param name="IsDone">Otherwise it is set aside.</param>
/// <param name="Result">In JSON; null where it is set aside.</param>
/// <param name="Problem">Why it is set aside; null where it is done.</param>
internal sealed record JobEnd(bool IsDone, string? Result, string? Problem)
{
    /// <summary>Whether its sound goes: it is done, or no other try would make anything of it.</summary>
    public bool DropsSound { get; init; } = IsDone;

    /// <summary>Put in the same transaction, whatever waits; null: nothing.</summary>
    public NewJob? Next { get; init; }
}

/// <summary>A job as the queue has it, without its sound.</summary>
/// <param name="Id">As <see cref="PutJob.Id"/>.</param>
/// <param name="Kind">As <see cref="NewJob.Kind"/>.</param>
/// <param name="Lane">As <see cref="NewJob.Lane"/>.</param>
/// <param name="Subject">As <see cref="NewJob.Subject"/>.</param>
/// <param name="Request">As <see cref="NewJob.Request"/>.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Attempts">How often it was begun.</param>
/// <param name="AttemptsAllowed">As <see cref="NewJob.Attempts"/>.</param>
/// <param name="PutAt">When it was put, by the queue's clock.</param>
/// <param name="DueAt">It is not begun before.</param>
/// <param name="FinishedAt">When it ended; null before.</param>
/// <param name="Worker">Who began it last.</param>
/// <param name="Problem">What went wrong last.</param>
/// <param name="Result">What came of it, in JSON.</param>
/// <param name="Progress">How far it has come.</param>
/// <param name="Bytes">Of the sound that it carries now.</param>
internal sealed record KeptJob(
    string Id,
    string Kind,
    string Lane,
    string? Subject,
    string Request,
    JobState State,
    int Attempts,
    int AttemptsAllowed,
    DateTimeOffset PutAt,
    DateTimeOffset DueAt,
    DateTimeOffset? FinishedAt,
    string? Worker,
    string? Problem,
    string? Result,
    JobProgress Progress,
    long Bytes);

/// <summary>A job that this process works on.</summary>
/// <param name="Job">The job; its attempts count this one.</param>
/// <param name="Lease">Shows that it is still this process's.</param>
/// <param name="Sounds">What it carries.</param>
internal sealed record ClaimedJob(KeptJob Job, string Lease, IReadOnlyList<JobSound> Sounds);

/// <summary>How many jobs there are.</summary>
/// <param name="Held">Of <see cref="JobState.Held"/>.</param>
/// <param name="Waiting">Of <see cref="JobState.Waiting"/>.</param>
/// <param name="Running">Of <see cref="JobState.Running"/>.</param>
/// <param name="Failed">Of <see cref="JobState.Failed"/>.</param>
/// <param name="Bytes">Of the sound that they carry.</param>
internal sealed record JobCounts(long Held, long Waiting, long Running, long Failed, long Bytes);
