using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using Speaker.Audio;

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
        using var stop = new CancellationTokenSource();
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
                // A live display has hidden the cursor and will not come to show it.
                VerbOutput.Note("\e[?25h");
            }

            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
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
            return Fail(exception.Message + Hint(exception), ExitCode.BadInput, json);
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

    /// <summary>What to do about it, in terms of the command line.</summary>
    private static string Hint(Exception exception) => (exception as StoreException)?.Problem switch
    {
        StoreProblem.OtherModel => " (--model, --store)",
        StoreProblem.NotAStore or StoreProblem.Damaged => " (--store)",
        StoreProblem.InUse => " (Speaker:Store:BusyTimeoutSeconds)",
        _ => "",
    };

    private static string FirstLine(string text)
    {
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        return end < 0 ? text : text[..end];
    }
}
