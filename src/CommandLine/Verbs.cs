using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Speaker.CommandLine;

/// <summary>A command line of verbs: the options they share, and what happens to a line that is none.</summary>
internal static class Verbs
{
    private const int HelpColumns = 100;

    /// <summary>A root with the options that every verb has.</summary>
    /// <param name="description">What the program is for; first in its help.</param>
    /// <param name="verbs">In the order of the help.</param>
    public static Command Root(string description, params ReadOnlySpan<Command> verbs)
    {
        // Not a RootCommand: that one takes the name of the program's file for the usage lines.
        var root = new Command("speaker", description);
        foreach (var verb in verbs)
        {
            root.Add(verb);
        }

        root.Add(GlobalOptions.Json);
        root.Add(GlobalOptions.Model);
        root.Add(GlobalOptions.Store);
        root.Add(GlobalOptions.Verbose);
        root.Add(new HelpOption { Action = new HelpAction { MaxWidth = HelpColumns } });
        root.Add(new VersionOption());
        return root;
    }

    /// <summary>Runs a line.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(ParseResult parsed)
    {
        if (parsed.Action is ParseErrorAction)
        {
            var message = string.Join(" ", parsed.Errors.Select(error => error.Message));
            return VerbRunner.Fail(
                $"{message} Run 'speaker {Hint(parsed)}--help' for help.", ExitCode.BadInput,
                parsed.GetValue(GlobalOptions.Json));
        }

        // Signals and exceptions are VerbRunner's: exit codes are part of the contract.
        return await parsed.InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    private static string Hint(ParseResult parsed) =>
        parsed.CommandResult == parsed.RootCommandResult ? "" : parsed.CommandResult.Command.Name + " ";
}
