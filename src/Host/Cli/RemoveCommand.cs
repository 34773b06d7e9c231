using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Speaker.CommandLine;
using Speaker.Enrolment;
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
        var command = new Command("remove",
            "Remove a speaker and all of their voiceprints, or one utterance; with the last one the speaker goes too. " +
            "In an SQLite store name and vectors are overwritten in the file.")
        {
            name,
            utterance,
        };
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(parsed);
            var store = host.Services.GetRequiredService<IEditableStore>();
            var speaker = parsed.GetRequiredValue(name);
            var id = parsed.GetValue(utterance);
            var left = id is { } one
                ? await store.RemoveUtteranceAsync(speaker, one, cancellation)
                    ?? throw new UsageException(
                        $"speaker '{speaker}' has no utterance {one} in store {store.Location}: nothing was removed")
                : await store.RemoveAsync(speaker, cancellation)
                    ? 0
                    : throw new UsageException($"unknown speaker '{speaker}' in store {store.Location}: nothing was removed");
            if (output.Json)
            {
                VerbOutput.WriteJson(new RemoveJson(speaker, true, id, left), JsonContracts.Output.RemoveJson);
            }
            else
            {
                output.Results.WriteLine(left == 0
                    ? $"Removed {speaker} from {store.Location}."
                    : $"Removed utterance {id} of {speaker} from {store.Location}: " +
                        $"{left} {(left == 1 ? "utterance is" : "utterances are")} left.");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
