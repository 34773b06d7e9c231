using System.Text.Json;
using Microsoft.Extensions.Logging;
using Speaker.Audio.Validation;
using Speaker.CommandLine;
using Speaker.Enrolment;
using Speaker.Jobs;

namespace Speaker.Host.Jobs;

/// <summary>Moves the store to the model in use, in the background.</summary>
internal sealed class MigrationHandler : IJobHandler
{
    public const string JobKind = "migrate";

    private readonly StoreMigration _migration;
    private readonly ILogger _logger;
    private readonly string _model;
    private volatile JobProgress? _progress;

    public MigrationHandler(IEditableStore store, ISpeakerRecognizer recognizer, ILogger<MigrationHandler> logger)
    {
        _migration = new StoreMigration(store, recognizer);
        _logger = logger;
        _model = recognizer.ModelHash;
    }

    public string Kind => JobKind;

    /// <summary>Only a process with the new model can do it.</summary>
    public string Lane => $"migrate:{_model}";

    /// <summary>How far this process has come; null while it does no such job.</summary>
    public JobProgress? Progress => _progress;

    /// <summary>Puts the job into the queue if the store can be moved.</summary>
    /// <param name="queue">Of the store.</param>
    /// <param name="attempts">How often it is tried.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>False where a recording is missing: nothing was put.</returns>
    public async Task<bool> PutAsync(IJobQueue queue, int attempts, CancellationToken cancellationToken)
    {
        if ((await _migration.ReadAsync(cancellationToken)).Any(utterance => utterance.Recording is null))
        {
            return false;
        }

        var job = new NewJob(JobKind, Lane, "{}") { Key = Lane, Attempts = attempts };
        var put = await queue.PutAsync(job, cancellationToken);
        if (!put.IsNew
            && await queue.ReadAsync(put.Id, cancellationToken) is { State: JobState.Done or JobState.Failed })
        {
            // Of an earlier move to this model, or a try that came to nothing.
            await queue.RemoveAsync(put.Id, cancellationToken);
            await queue.PutAsync(job, cancellationToken);
        }

        return true;
    }

    public async Task<JobOutcome> RunAsync(
        ClaimedJob job, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        try
        {
            var outdated = await _migration.ReadAsync(cancellationToken);
            _progress = new JobProgress(0, outdated.Count);
            _logger.Migrating(_model, outdated.Count);
            var result = await _migration.RunAsync(
                outdated, leaveOut: false, new Both(this, progress), cancellationToken);
            return result.Migrated
                ? new JobOutcome.Done(JsonSerializer.Serialize(result, JsonContracts.Output.MigrateJson))
                : new JobOutcome.Refused(
                    $"{Plural.Of(result.LeftOut.Count, "utterance")} cannot be listened to again, first " +
                    $"{result.LeftOut[0].Id} of {result.LeftOut[0].Speaker} ({result.LeftOut[0].Reason}): " +
                    "'speaker migrate --leave-out' removes them");
        }
        finally
        {
            _progress = null;
        }
    }

    /// <summary>Tells the queue, and now and then the log.</summary>
    private sealed class Both(MigrationHandler owner, IProgress<JobProgress> queue) : IProgress<JobProgress>
    {
        private const int Lines = 10;

        public void Report(JobProgress value)
        {
            owner._progress = value;
            queue.Report(value);
            if (value.Done * Lines / value.Total > (value.Done - 1) * Lines / value.Total)
            {
                owner._logger.Migrated(value.Done, value.Total);
            }
        }
    }
}
