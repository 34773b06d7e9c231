using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Speaker.Audio.Validation;

namespace Speaker.CommandLine;

/// <summary>A command line of verbs: the options they share, and what happens to a line that is none.</summary>
internal static class Verbs
{
    private const int HelpColumns = 100;

    /// <summary>A root with the options that every verb has.</summary>
    /// <param name="program">What the user types to start it.</param>
    /// <param name="description">What it is for; first in its help.</param>
    /// <param name="verbs">In the order of the help.</param>
    public static Command Root(string program, string description, params ReadOnlySpan<Command> verbs)
    {
        // Not a RootCommand: that one takes the name of the program's file for the usage lines.
        var root = new Command(program, description);
        foreach (var verb in verbs)
        {
            root.Add(verb);
        }

        root.Add(GlobalOptions.Json);
        root.Add(GlobalOptions.Model);
        root.Add(GlobalOptions.Store);
        root.Add(GlobalOptions.Tenant);
        root.Add(GlobalOptions.Verbose);
        root.Add(new HelpOption { Action = new HelpAction { MaxWidth = HelpColumns } });
        root.Add(new VersionOption());
        return root;
    }

    /// <summary>Takes a line apart. An argument that begins with @ is a name like any other, and no file of further
    /// arguments: with <c>enroll anna *</c> whoever names the files would choose the options.</summary>
    /// <remarks>No arguments at all, and <c>help</c> with or without a verb, ask for the help.</remarks>
    public static ParseResult Parse(Command root, string[] arguments) => root.Parse(
        arguments switch
        {
            [] or ["help", "help", ..] => ["--help"],
            ["help", .. var verb] => [.. verb, "--help"],
            _ => arguments,
        },
        new ParserConfiguration { ResponseFileTokenReplacer = null });

    /// <summary>Runs a line.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(ParseResult parsed)
    {
        StandardOutput.Claim();
        var misspelt = Misspelt(parsed);
        if (parsed.Action is ParseErrorAction || (misspelt is not null
            && (parsed.Action is not HelpAction || parsed.CommandResult.Parent is null)))
        {
            var message = misspelt ?? string.Join(" ", parsed.Errors.Select(error => error.Message));
            return VerbRunner.Fail(
                $"{message} Run '{Typed(parsed)} --help' for help.", ExitCode.BadInput,
                parsed.GetValue(GlobalOptions.Json));
        }

        if (EmptyValue(parsed) is { } empty)
        {
            return VerbRunner.Fail(
                $"{empty} is '', which names nothing: is a variable of your shell empty?", ExitCode.BadInput,
                parsed.GetValue(GlobalOptions.Json));
        }

        try
        {
            // Signals and exceptions are VerbRunner's: exit codes are part of the contract.
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (IOException exception)
        {
            // The help or the version, which are no verbs.
            return VerbRunner.Fail(exception.Message, ExitCode.BadInput, json: false);
        }
    }

    /// <summary>The first argument or option with an empty value: there is none to which that would say
    /// something.</summary>
    private static string? EmptyValue(ParseResult parsed)
    {
        for (SymbolResult? place = parsed.CommandResult; place is CommandResult command; place = command.Parent)
        {
            foreach (var child in command.Children)
            {
                if (child.Tokens.Any(token => token.Value.Length == 0))
                {
                    return child is OptionResult option ? option.Option.Name : ((ArgumentResult)child).Argument.Name;
                }
            }
        }

        return null;
    }

    /// <summary>What there is none of, with what may have been meant; null where the line is wrong otherwise, or
    /// right.</summary>
    private static string? Misspelt(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var unknown = parsed.UnmatchedTokens is [var first, ..] ? first : OptionAmongArguments(parsed);
        if (unknown is not { } word)
        {
            return null;
        }

        if (!word.StartsWith('-'))
        {
            return parsed.CommandResult == parsed.RootCommandResult
                ? $"There is no verb '{word}'{Spelling.Hint(word, [.. command.Subcommands.Select(verb => verb.Name)])}."
                : null;
        }

        var name = word.Split('=', ':')[0];
        string[] options =
        [
            .. command.Options.Concat(parsed.RootCommandResult.Command.Options).Where(option => !option.Hidden)
                .Select(option => option.Name).Where(option => option.StartsWith("--", StringComparison.Ordinal))
                .Distinct(),
        ];
        return $"'{Typed(parsed)}' has no option {name}{Spelling.Hint(name, options)}." +
            (Path.Exists(word) ? $" The file of that name is ./{word}." : "");
    }

    /// <summary>What looks like an option and was taken for one of the verb's files or names, of which there may be any
    /// number; null where there is none. What follows <c>--</c> is no option.</summary>
    private static string? OptionAmongArguments(ParseResult parsed)
    {
        var meant = parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash).ToArray();
        return parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens)
            .FirstOrDefault(token => token.Value.Length > 1 && token.Value[0] == '-'
                && Array.Exists(meant, each => ReferenceEquals(each, token)))
            ?.Value;
    }

    /// <summary>The program, and its verb where the line has one.</summary>
    private static string Typed(ParseResult parsed)
    {
        var (program, command) = (parsed.RootCommandResult.Command, parsed.CommandResult.Command);
        return command == program ? program.Name : $"{program.Name} {command.Name}";
    }
}
