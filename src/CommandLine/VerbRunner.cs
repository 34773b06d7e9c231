using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using Speaker.Audio;
using Speaker.Enrolment.Audit;

namespace Speaker.CommandLine;

/// <summary>
/// Runs a verb's body and turns whatever ends it into an exit code: the one place where exceptions meet the user.
/// With --json an error is also an object on stdout: <c>{"error": message, "exitCode": code}</c>.
/// </summary>
internal static class VerbRunner
{
    /// <summary><c>timeout</c> and service managers signal a process and then its group: what comes so soon after the
    /// first is the same request, not a second one.</summary>
    private static readonly TimeSpan Repeat = TimeSpan.FromSeconds(0.5);

    /// <summary>What hears signals. It is kept until the process has ended: one that is repeated while a verb's last words
    /// are written would otherwise end the process as signals do.</summary>
    private static readonly List<IDisposable> Hearing = [];

    /// <summary>Makes <paramref name="body"/> the action of <paramref name="command"/>.</summary>
    public static void SetVerb(
        this Command command, Func<ParseResult, VerbOutput, CancellationToken, Task<int>> body) =>
        command.SetAction(parsed => RunAsync(parsed, body));

    /// <summary>Makes a body that never waits the action of <paramref name="command"/>.</summary>
    public static void SetVerb(this Command command, Func<ParseResult, VerbOutput, CancellationToken, int> body) =>
        command.SetVerb((parsed, output, cancellation) => Task.FromResult(body(parsed, output, cancellation)));

    /// <summary>Prints an error as the contract has it and returns its exit code.</summary>
    public static int Fail(string message, int exitCode, bool json)
    {
        VerbOutput.Note("speaker: " + message.ReplaceLineEndings(" "));
        if (!json)
        {
            return exitCode;
        }

        try
        {
            VerbOutput.WriteJson(new ErrorJson(message, exitCode), JsonContracts.Output.ErrorJson);
        }
        catch (IOException)
        {
            // Often the very error that is reported; stderr has it.
        }

        return exitCode;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed, Func<ParseResult, VerbOutput, CancellationToken, Task<int>> body)
    {
        var json = parsed.GetValue(GlobalOptions.Json);
        AuditActor.Current = $"user {Environment.UserName}";
#pragma warning disable CA2000 // Hearing holds it
        var stop = new CancellationTokenSource();
#pragma warning restore CA2000
        long? asked = null;
        // The first signal asks the verb to stop; a second one ends the process as signals do.
        void OnSignal(PosixSignalContext context)
        {
            lock (stop)
            {
                asked ??= Stopwatch.GetTimestamp();
                context.Cancel = Stopwatch.GetElapsedTime(asked.Value) < Repeat;
            }

            if (!context.Cancel && !Console.IsErrorRedirected)
            {
                // A display will not come to do it.
                VerbOutput.Note(VerbOutput.TerminalAsItWas);
            }

            stop.Cancel();
        }

        lock (Hearing)
        {
            Hearing.AddRange([
                stop, PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
                PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
            ]);
        }

        try
        {
            return await body(parsed, new VerbOutput(json), stop.Token);
        }
        catch (OperationCanceledException exception) when (stop.IsCancellationRequested)
        {
            return Fail((exception as VerbStoppedException)?.Message ?? "stopped", ExitCode.Interrupted, json);
        }
        catch (Exception exception) when (IsBadInput(exception))
        {
            return Fail(
                OptionOf(exception, parsed) + exception.Message + Hint(exception, parsed), ExitCode.BadInput, json);
        }
#pragma warning disable CA1031 // the last line of defence: one line to the user, the details on request
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (parsed.GetValue(GlobalOptions.Verbose))
            {
                VerbOutput.Note(exception.ToString());
            }

            return Fail(
                $"internal error: {exception.GetType().Name}: {FirstLine(exception.Message)} (add --verbose for the " +
                "details)",
                ExitCode.InternalError, json);
        }
    }

    private static bool IsBadInput(Exception exception) => exception
        is UsageException or AudioException or ModelException or StoreException or OptionsValidationException
        or IOException or UnauthorizedAccessException;

    /// <summary>What to do about it, in terms of the command line, and what the user gave a wrong model or store
    /// by.</summary>
    private static string Hint(Exception exception, ParseResult parsed)
    {
        if (exception is ModelException)
        {
            return Given(parsed, GlobalOptions.Model, "SPEAKER_MODEL", "Speaker__Model", "Speaker__Model__Path")
                is { } model && exception.Message.Contains(model.Value, StringComparison.Ordinal)
                    ? $" ({model.Name})"
                    : "";
        }

        return (exception as StoreException)?.Problem switch
        {
            StoreProblem.OtherModel => " (--model, --store)",
            StoreProblem.NotAStore or StoreProblem.Damaged =>
                Given(parsed, GlobalOptions.Store, "SPEAKER_STORE", "Speaker__Store__Path") is { } store
                && store.Name != GlobalOptions.Store.Name
                    ? $" ({store.Name}; --store names another)"
                    : " (--store)",
            StoreProblem.InUse => " (Speaker:Store:BusyTimeoutSeconds)",
            _ => "",
        };
    }

    /// <summary>The option or the first of the environment variables that is given.</summary>
    private static (string Name, string Value)? Given(
        ParseResult parsed, Option<string?> option, params ReadOnlySpan<string> variables)
    {
        if (parsed.GetValue(option) is { } value)
        {
            return (option.Name, value);
        }

        foreach (var name in variables)
        {
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } set)
            {
                return ($"environment variable {name}", set);
            }
        }

        return null;
    }

    /// <summary>"--list: " before what the system says of a file that an option names; otherwise nothing.</summary>
    private static string OptionOf(Exception exception, ParseResult parsed) =>
        exception is not (FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
            ? ""
            : parsed.CommandResult.Children.OfType<OptionResult>().FirstOrDefault(
                option => option.Tokens.Any(token => exception.Message.Contains(
                    $"'{Path.GetFullPath(token.Value)}'", StringComparison.Ordinal))) is { } given
                ? given.Option.Name + ": "
                : "";

    private static string FirstLine(string text)
    {
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        return end < 0 ? text : text[..end];
    }
}
