using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Enrolment;
using Speaker.Host.Inbox;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>remove NAME</c>.</summary>
internal static class RemoveCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The speaker to remove." };
        var utterance = NumberOption.Whole(
            "--utterance", "ID", "Remove only this utterance, by the id that 'speaker show NAME' gives. Default: all.",
            1);
        var recordings = FlagOption.Create(
            "--recordings", "Delete the speaker's recordings too: the folders of that name among the processed and the " +
            "refused files of the inbox. (Recordings that the store keeps are always deleted.)");
        var command = new Command("remove",
            "Remove a speaker and all of their voiceprints, or one utterance; with the last one the speaker goes too. " +
            "In an SQLite store name and vectors are overwritten in the file.")
        {
            name,
            utterance,
            recordings,
        };
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(parsed);
            var store = host.Services.GetRequiredService<IEditableStore>();
            var speaker = parsed.GetRequiredValue(name);
            var id = parsed.GetValue(utterance);
            if (id is not null && parsed.GetValue(recordings))
            {
                throw new UsageException("--recordings is for all of a speaker: give it without --utterance");
            }

            var files = parsed.GetValue(recordings)
                ? await DeleteFilesAsync(host.Services, store, SpeakerName.Normalise(speaker), cancellation)
                : null;
            var left = id is { } one
                ? await store.RemoveUtteranceAsync(speaker, one, cancellation)
                    ?? throw new UsageException(
                        $"speaker '{speaker}' has no utterance {one} in store {store.Location}: nothing was removed")
                : await store.RemoveAsync(speaker, cancellation)
                    ? 0
                    : throw new UsageException($"unknown speaker '{speaker}' in store {store.Location}: nothing was removed");
            if (output.Json)
            {
                VerbOutput.WriteJson(
                    new RemoveJson(speaker, true, id, left, files), JsonContracts.Output.RemoveJson);
            }
            else
            {
                output.Results.WriteLine(left == 0
                    ? $"Removed {speaker} from {store.Location}" + (files is null ? "." : $", and recordings: {files}.")
                    : $"Removed utterance {id} of {speaker} from {store.Location}: " +
                        $"{left} {(left == 1 ? "utterance is" : "utterances are")} left.");
            }

            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Before the voiceprints: after a failure the speaker is still there, and the verb can be run again.</summary>
    private static async Task<int?> DeleteFilesAsync(
        IServiceProvider services, IEditableStore store, string speaker, CancellationToken cancellationToken) =>
        (await store.ListAsync(cancellationToken)).Any(each => each.Name == speaker)
            ? SpeakerFiles.Delete(services.GetRequiredService<IOptions<InboxOptions>>().Value, speaker)
            : null;
}
