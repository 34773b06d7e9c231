using System.Text.Json;
using Speaker.Jobs;

namespace Speaker.Host.Jobs;

/// <summary>Recordings that are to be added to a speaker; the job carries their sound.</summary>
/// <param name="Speaker">As the store has the name.</param>
/// <param name="Consent">What the speaker consented to; null where nothing was noted.</param>
/// <param name="Note">As <see cref="EnrolmentRequest.ForceNote"/>.</param>
/// <param name="AllowDuplicate">As <see cref="EnrolmentRequest.AllowDuplicate"/>.</param>
/// <param name="MaximumSeconds">Longest that a recording may be; null: what the settings say.</param>
/// <param name="Files">What each recording is called.</param>
internal sealed record EnrolmentJob(
    string Speaker, string? Consent, string? Note, bool AllowDuplicate, double? MaximumSeconds,
    IReadOnlyList<string> Files)
{
    public const string Kind = "enrol";

    /// <summary>Of a job that has the place of its sound, and not the sound.</summary>
    public const string FileKind = "enrolFile";

    /// <summary>Every process with the queue has the sound too.</summary>
    public const string Lane = "";

    /// <summary>Of <see cref="FileKind"/>, the file: relative to its bucket.</summary>
    public string? Path { get; init; }

    /// <summary>Whose speaker it is; empty: of the store that the settings name.</summary>
    public string Tenant { get; init; } = "";

    /// <summary>Who asked for it, for the audit log; null: nobody said.</summary>
    public string? Actor { get; init; }

    /// <summary>Who is told when it has ended; null: nobody.</summary>
    public string? Webhook { get; init; }

    /// <param name="sounds">The recordings.</param>
    /// <param name="attempts">How often it is tried.</param>
    public NewJob ToJob(IReadOnlyList<JobSound> sounds, int attempts) =>
        new(Kind, Lane, JsonSerializer.Serialize(this, JobsJson.Default.EnrolmentJob))
        {
            Subject = Speaker, Sounds = sounds, Attempts = attempts,
        };

    public static EnrolmentJob Of(KeptJob job) =>
        JsonSerializer.Deserialize(job.Request, JobsJson.Default.EnrolmentJob)!;
}
