using System.CommandLine;
using Speaker.CommandLine;
using Speaker.Host.Doctor;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>doctor</c>.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor",
            "Check this machine: libraries, microphone, model, store, disk. Exit code 3 if a check fails. A warning " +
            "affects only the verbs that it names.");
        command.SetVerb((parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(parsed);
            var checks = new MachineExamination(host.Services).Run(cancellation).ToArray();
            Show(checks, output);
            return checks.Any(check => check.Status == CheckStatus.Fail) ? ExitCode.BadInput : ExitCode.Done;
        });
        return command;
    }

    private static void Show(MachineCheck[] checks, VerbOutput output)
    {
        if (output.Json)
        {
            VerbOutput.WriteJson(
                new DoctorJson(
                    !checks.Any(check => check.Status == CheckStatus.Fail),
                    [.. checks.Select(check =>
                        new DoctorCheckJson(check.Name, Word(check.Status), check.Detail, check.Advice))]),
                JsonContracts.Output.DoctorJson);
            return;
        }

        var table = new Table().Border(TableBorder.Rounded)
            .AddColumn("check").AddColumn("").AddColumn("found").AddColumn("what to do");
        foreach (var check in checks)
        {
            var colour = check.Status switch
            {
                CheckStatus.Ok => "green",
                CheckStatus.Warn => "yellow",
                _ => "red",
            };
            table.AddRow(
                check.Name, $"[{colour}]{Word(check.Status)}[/]", Markup.Escape(check.Detail),
                    Markup.Escape(check.Advice));
        }

        output.Results.Write(table);
    }

    private static string Word(CheckStatus status) => status switch
    {
        CheckStatus.Ok => "ok",
        CheckStatus.Warn => "warn",
        _ => "fail",
    };
}
