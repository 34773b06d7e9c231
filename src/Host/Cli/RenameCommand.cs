using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Speaker.CommandLine;
using Speaker.Enrolment;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>rename NAME NEWNAME</c>.</summary>
internal static class RenameCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The enrolled speaker." };
        var newName = new Argument<string>("NEWNAME") { Description = "What to call them; nobody may have that name." };
        var command = new Command(
            "rename", "Give a speaker another name. In an SQLite store the old one is overwritten in the file.")
        {
            name,
            newName,
        };
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(parsed);
            var store = host.Services.GetRequiredService<IEditableStore>();
            var (old, wanted) = (parsed.GetRequiredValue(name), parsed.GetRequiredValue(newName));
            if (SpeakerName.Problem(wanted) is { } problem)
            {
                throw new UsageException(problem);
            }

            try
            {
                if (!await store.RenameAsync(old, wanted, cancellation))
                {
                    throw new UsageException($"unknown speaker '{old}' in store {store.Location}: nothing was renamed");
                }
            }
            catch (ArgumentException exception)
            {
                throw new UsageException(exception.Message, exception);
            }

            if (output.Json)
            {
                VerbOutput.WriteJson(new RenameJson(wanted, old), JsonContracts.Output.RenameJson);
            }
            else
            {
                output.Results.WriteLine($"{old} is now called {wanted}.");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
