using System.Text.Json;
using Speaker.CommandLine;
using Speaker.Jobs;

namespace Speaker.Host.Jobs;

/// <summary>How a job looks in JSON. The verb and the HTTP service share it.</summary>
internal static class JobPresenter
{
    public static JobJson Json(KeptJob job) => new(
        job.Id, job.Kind, Word(job.State), job.Subject, Files(job), job.Attempts, job.AttemptsAllowed, job.PutAt,
        job.State == JobState.Waiting ? job.DueAt : null, job.FinishedAt, job.Worker,
        job.State == JobState.Done ? null : job.Problem,
        job.Progress.Total > 0 ? new JobProgressJson(job.Progress.Done, job.Progress.Total) : null,
        IsEnrolment(job) && job.Result is { } enrolled
            ? JsonSerializer.Deserialize(enrolled, JsonContracts.Output.EnrollJson)
            : null,
        job is { Kind: MigrationHandler.JobKind, Result: { } migrated }
            ? JsonSerializer.Deserialize(migrated, JsonContracts.Output.MigrateJson)
            : null,
        IsEnrolment(job) && EnrolmentJob.Of(job).Tenant is { Length: > 0 } tenant ? tenant : null);

    /// <summary>"held", "waiting", "running", "done" or "failed".</summary>
    public static string Word(JobState state) => JsonNamingPolicy.CamelCase.ConvertName(state.ToString());

    private static bool IsEnrolment(KeptJob job) => job.Kind is EnrolmentJob.Kind or EnrolmentJob.FileKind;

    private static IReadOnlyList<string> Files(KeptJob job) => IsEnrolment(job) ? EnrolmentJob.Of(job).Files : [];
}
