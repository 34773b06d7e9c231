using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Speaker.CommandLine;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>remove NAME</c>.</summary>
internal static class RemoveCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The speaker to remove." };
        var command = new Command("remove",
            "Remove a speaker and all of their voiceprints. Name and vectors are overwritten in the store's file.")
        {
            name,
        };
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(parsed);
            var path = VerbServices.StorePath(host);
            var speaker = parsed.GetRequiredValue(name);
            if (!await host.Services.GetRequiredService<IVoiceprintStore>().RemoveAsync(speaker, cancellation))
            {
                throw new UsageException($"unknown speaker '{speaker}' in store {path}: nothing was removed");
            }

            if (output.Json)
            {
                VerbOutput.WriteJson(new RemoveJson(speaker, true), JsonContracts.Output.RemoveJson);
            }
            else
            {
                output.Results.WriteLine($"Removed {speaker} from {path}.");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
