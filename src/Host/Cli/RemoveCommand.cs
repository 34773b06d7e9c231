using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Speaker.CommandLine;
using Speaker.Enrolment.Sqlite;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>remove NAME</c>.</summary>
internal static class RemoveCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The speaker to remove." };
        var command = new Command("remove",
            "Remove a speaker and every voiceprint of theirs; no byte of the name or a vector stays in the store's " +
            "file.")
        {
            name,
        };
        command.SetVerb((parsed, output, _) =>
        {
            using var host = VerbServices.CreateHost(parsed);
            var location = host.Services.GetRequiredService<StoreLocation>();
            var speaker = parsed.GetRequiredValue(name);
            using var store = location.OpenExisting();
            if (store is null || !store.Remove(speaker))
            {
                throw new UsageException($"unknown speaker '{speaker}' in store {location.Path}: nothing was removed");
            }

            if (output.Json)
            {
                VerbOutput.WriteJson(new RemoveJson(speaker, true), JsonContracts.Output.RemoveJson);
            }
            else
            {
                output.Results.WriteLine($"Removed {speaker} from {location.Path}.");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
