using Speaker.Audio;
using Speaker.CommandLine;
using Speaker.Enrolment;
using Speaker.Jobs;

namespace Speaker.Host.Jobs;

/// <summary>Moves a store to the model in use: the recordings that were kept are listened to again, and all voiceprints
/// are replaced at once. The verb and the service share it.</summary>
internal sealed class StoreMigration(IEditableStore store, ISpeakerRecognizer recognizer)
{
    /// <summary>The utterances of other models; one whose recording was not kept has none.</summary>
    public Task<IReadOnlyList<OutdatedUtterance>> ReadAsync(CancellationToken cancellationToken) =>
        store.ReadOutdatedAsync(recognizer.ModelHash, cancellationToken);

    /// <summary>Listens again, and replaces the voiceprints unless an utterance is left over that may not be left
    /// out.</summary>
    /// <param name="outdated">What <see cref="ReadAsync"/> gave.</param>
    /// <param name="leaveOut">Whether utterances without a usable recording are removed.</param>
    /// <param name="progress">Told of every recording.</param>
    /// <param name="cancellationToken">Stops it; nothing was changed then.</param>
    /// <exception cref="StoreException">The store was changed meanwhile, or cannot be written.</exception>
    public async Task<MigrateJson> RunAsync(
        IReadOnlyList<OutdatedUtterance> outdated,
        bool leaveOut,
        IProgress<JobProgress> progress,
        CancellationToken cancellationToken)
    {
        var (renewed, missing) = (new List<RenewedUtterance>(), new List<LeftOutUtteranceJson>());
        await Parallel.ForEachAsync(
            outdated,
            new ParallelOptions
            {
                MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken,
            },
            async (utterance, token) =>
            {
                var (done, reason) = await ListenAsync(utterance, token);
                lock (renewed)
                {
                    if (done is not null)
                    {
                        renewed.Add(done);
                    }
                    else
                    {
                        missing.Add(new LeftOutUtteranceJson(
                            utterance.Speaker, utterance.Id, utterance.Source, reason));
                    }

                    progress.Report(new JobProgress(renewed.Count + missing.Count, outdated.Count));
                }
            });
        missing = [.. missing.OrderBy(each => each.Speaker, StringComparer.Ordinal).ThenBy(each => each.Id)];
        var isDone = missing.Count == 0 || (leaveOut && renewed.Count > 0);
        if (isDone && outdated.Count > 0)
        {
            await store.ReplaceOutdatedAsync(outdated, renewed, recognizer.ModelHash, cancellationToken);
        }

        return new MigrateJson(isDone, isDone ? renewed.Count : 0, missing, recognizer.ModelHash);
    }

    private async Task<(RenewedUtterance? Renewed, string Reason)> ListenAsync(
        OutdatedUtterance utterance, CancellationToken cancellationToken)
    {
        if (utterance.Recording is not { } recording)
        {
            return (null, "its recording was not kept");
        }

        try
        {
            var sound = await recognizer.EmbedAsync(recording, cancellationToken);
            return sound.IsUsable
                ? (new RenewedUtterance(utterance.Id, sound.Embedding, sound.SpeechSeconds), "")
                : (null, sound.Message);
        }
        catch (AudioException exception)
        {
            return (null, exception.Message);
        }
    }
}
