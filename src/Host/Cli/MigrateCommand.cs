using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Speaker.Audio.Validation;
using Speaker.CommandLine;
using Speaker.Enrolment;
using Speaker.Host.Jobs;
using Speaker.Jobs;
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
            "Move the store to another model, named by --model: the recordings that were kept (the setting " +
            "Speaker:Store:KeepRecordings) are listened to again, and all voiceprints are replaced at once. If an " +
            "utterance has no recording, it is named and nothing is changed; the exit code is 2.")
        {
            leaveOut,
        };
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(parsed);
            var recognizer = host.Services.GetRequiredService<ISpeakerRecognizer>();
            var store = host.Services.GetRequiredService<IEditableStore>();
            if ((await store.ListAsync(cancellation)).Count == 0)
            {
                throw new UsageException($"nobody is enrolled in store {store.Location}: there is nothing to migrate");
            }

            var migration = new StoreMigration(store, recognizer);
            var outdated = await migration.ReadAsync(cancellation);
            if (outdated.Count > 0 && outdated.All(utterance => utterance.Recording is null))
            {
                throw new UsageException(
                    $"no recording is kept with store {store.Location}, so there is nothing to listen to again: " +
                    "recordings are kept if Speaker:Store:KeepRecordings is true when they are enrolled. Enrol again, " +
                    "with the new model and into another store");
            }

            var result = await WithProgressAsync(
                output, progress => migration.RunAsync(outdated, parsed.GetValue(leaveOut), progress, cancellation));
            Show(result, store.Location, output);
            return result.Migrated ? ExitCode.Done : ExitCode.Inconclusive;
        });
        return command;
    }

    private static Task<MigrateJson> WithProgressAsync(
        VerbOutput output, Func<IProgress<JobProgress>, Task<MigrateJson>> run) => Console.IsErrorRedirected
        ? run(new Line(_ => { }))
        : output.Diagnostics.Status().StartAsync("listening again", status => run(new Line(progress => status.Status(
            string.Create(
                CultureInfo.InvariantCulture,
                $"listened again to {progress.Done:#,0} of {Plural.Of((int)progress.Total, "recording")}")))));

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

    /// <summary>Shows at once: <see cref="Progress{T}"/> would show later, on another thread.</summary>
    private sealed class Line(Action<JobProgress> show) : IProgress<JobProgress>
    {
        public void Report(JobProgress value) => show(value);
    }
}
