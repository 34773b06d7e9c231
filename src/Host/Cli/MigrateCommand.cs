using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Speaker.Audio;
using Speaker.Audio.Validation;
using Speaker.CommandLine;
using Speaker.Enrolment;
using Speaker.Enrolment.Sqlite;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>migrate</c>.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var leaveOut = FlagOption.Create(
            "--leave-out", "Remove the utterances whose recordings were not kept, and migrate the others.");
        var command = new Command("migrate",
            "Move the store to another model, named by --model: the recordings that were kept beside the store (the " +
            "setting Speaker:Store:KeepRecordings) are listened to again, and all voiceprints are replaced at once. If " +
            "an utterance has no recording, it is named and nothing is changed; the exit code is 2.")
        {
            leaveOut,
        };
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(parsed);
            var recognizer = host.Services.GetRequiredService<ISpeakerRecognizer>();
            if (host.Services.GetRequiredService<IEditableStore>() is not SqliteVoiceprintStore store)
            {
                throw new UsageException(
                    $"store {VerbServices.StorePath(host)} keeps no recordings, so there is nothing to listen to again: only " +
                    "an SQLite store does. Enrol again, with the new model and into another database");
            }

            if ((await store.ListAsync(cancellation)).Count == 0)
            {
                throw new UsageException($"nobody is enrolled in store {store.Path}: there is nothing to migrate");
            }

            var outdated = await store.ReadAsync(
                database => ModelMigration.Read(database, recognizer.ModelHash), [], cancellation);
            if (outdated.Count > 0 && outdated.All(utterance => utterance.Recording is null))
            {
                throw new UsageException(
                    $"no recording is kept beside store {store.Path}, so there is nothing to listen to again: recordings " +
                    "are kept if Speaker:Store:KeepRecordings is true when they are enrolled. Enrol again, with the new " +
                    "model and into another store");
            }

            var (renewed, missing) = await ListenAsync(outdated, recognizer, output, cancellation);
            var isDone = missing.Count == 0 || (parsed.GetValue(leaveOut) && renewed.Count > 0);
            if (isDone && outdated.Count > 0)
            {
                await store.EditAsync(
                    database =>
                    {
                        ModelMigration.Replace(database, outdated, renewed, recognizer.ModelHash);
                        return true;
                    },
                    false, cancellation);
            }

            Show(new MigrateJson(isDone, isDone ? renewed.Count : 0, missing, recognizer.ModelHash), store.Path, output);
            return isDone ? ExitCode.Done : ExitCode.Inconclusive;
        });
        return command;
    }

    /// <summary>What the model makes of every recording, and of which utterances there is none.</summary>
    private static async Task<(List<RenewedUtterance> Renewed, List<LeftOutUtteranceJson> Missing)> ListenAsync(
        IReadOnlyList<OutdatedUtterance> outdated,
        ISpeakerRecognizer recognizer,
        VerbOutput output,
        CancellationToken cancellationToken)
    {
        var (renewed, missing) = (new List<RenewedUtterance>(), new List<LeftOutUtteranceJson>());
        await WithProgressAsync(output, outdated.Count, count => SideBySide.RunAsync(
            outdated.Where(utterance => utterance.Recording is not null),
            utterance => recognizer.EmbedAsync(AudioInput.FromFile(utterance.Recording!), cancellationToken),
            async (utterance, work) =>
            {
                try
                {
                    var sound = await work;
                    if (sound.IsUsable)
                    {
                        renewed.Add(new RenewedUtterance(utterance.Id, sound.Embedding, sound.SpeechSeconds));
                    }
                    else
                    {
                        missing.Add(LeftOut(utterance, sound.Message));
                    }
                }
                catch (AudioException exception)
                {
                    missing.Add(LeftOut(utterance, exception.Message));
                }

                count(renewed.Count + missing.Count);
                return ExitCode.Done;
            }));
        missing.AddRange(outdated.Where(utterance => utterance.Recording is null).Select(
            utterance => LeftOut(utterance, "its recording was not kept")));
        return (renewed, [.. missing.OrderBy(each => each.Speaker, StringComparer.Ordinal).ThenBy(each => each.Id)]);
    }

    private static Task<int> WithProgressAsync(VerbOutput output, int all, Func<Action<int>, Task<int>> run) =>
        Console.IsErrorRedirected
            ? run(_ => { })
            : output.Diagnostics.Status().StartAsync("listening again", status => run(
                done => status.Status(string.Create(
                    CultureInfo.InvariantCulture, $"listened again to {done:#,0} of {Plural.Of(all, "recording")}"))));

    private static LeftOutUtteranceJson LeftOut(OutdatedUtterance utterance, string reason) =>
        new(utterance.Speaker, utterance.Id, utterance.Source, reason);

    private static void Show(MigrateJson result, string store, VerbOutput output)
    {
        foreach (var utterance in result.LeftOut)
        {
            VerbOutput.Note(
                $"speaker: utterance {utterance.Id} of {utterance.Speaker} ({utterance.Source}): " +
                utterance.Reason.ReplaceLineEndings(" "));
        }

        if (output.Json)
        {
            VerbOutput.WriteJson(result, JsonContracts.Output.MigrateJson);
            return;
        }

        output.Results.WriteLine(!result.Migrated
            ? $"Nothing was changed in {store}: {Plural.Of(result.LeftOut.Count, "utterance")} cannot be migrated. With " +
                "--leave-out such utterances are removed and the others are migrated; or enrol them again under the new " +
                "model, into another store."
            : result.Utterances == 0
                ? $"Every voiceprint in {store} is of this model already."
                : $"Replaced {Plural.Of(result.Utterances, "voiceprint")} in {store}" +
                    (result.LeftOut.Count == 0
                        ? "."
                        : $", and removed {Plural.Of(result.LeftOut.Count, "utterance")} without a recording."));
    }
}
