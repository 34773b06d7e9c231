using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Speaker.Host.Cli;

/// <summary>The command line: every verb, the options they share, and what happens to a line that is none.</summary>
internal static class SpeakerCommandLine
{
    private const int HelpColumns = 100;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var parsed = Create().Parse(arguments);
        if (parsed.Action is ParseErrorAction)
        {
            var message = string.Join(" ", parsed.Errors.Select(error => error.Message));
            return VerbRunner.Fail(
                $"{message} 'speaker {Hint(parsed)}--help' shows how.", ExitCode.BadInput,
                    parsed.GetValue(GlobalOptions.Json));
        }

        // Signals and exceptions are VerbRunner's: exit codes are part of the contract.
        return await parsed.InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    public static Command Create()
    {
        // Not a RootCommand: that one takes the name of the program's file for the usage lines.
        var root = new Command("speaker",
            "Speaker verifies speakers: is this the voice that enrolled? Exit codes: 0 accepted or done, " +
            "1 rejected, 2 inconclusive, 3 bad input or usage, 4 internal error.")
        {
            DemoCommand.Create(),
            EnrollCommand.Create(),
            VerifyCommand.Create(),
            IdentifyCommand.Create(),
            LiveCommand.Create(),
            EmbedCommand.Create(),
            TrainCommand.Create(),
            EvalCommand.Create(),
            StudyCommand.Create(),
            CalibrateCommand.Create(),
            CardCommand.Create(),
            ListCommand.Create(),
            RemoveCommand.Create(),
            ServeCommand.Create(),
            DoctorCommand.Create(),
        };
        root.Add(GlobalOptions.Json);
        root.Add(GlobalOptions.Model);
        root.Add(GlobalOptions.Store);
        root.Add(GlobalOptions.Verbose);
        root.Add(new HelpOption { Action = new HelpAction { MaxWidth = HelpColumns } });
        root.Add(new VersionOption());
        return root;
    }

    private static string Hint(ParseResult parsed) =>
        parsed.CommandResult == parsed.RootCommandResult ? "" : parsed.CommandResult.Command.Name + " ";
}
