using System.CommandLine;
using Speaker.CommandLine;

namespace Speaker.Host.Cli;

/// <summary>The verbs of the program <c>speaker</c>.</summary>
internal static class SpeakerCommandLine
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var parsed = Verbs.Parse(Create(), arguments);
        var other = parsed.CommandResult.Command is ServiceVerb ? OtherProgram.Service
            : parsed.CommandResult.Command is TrainerVerb || EvalCommand.LeavesOut(parsed) ? OtherProgram.Trainer
            : null;
        if (other is null)
        {
            return await Verbs.RunAsync(parsed);
        }

        try
        {
            return other.Run(arguments);
        }
        catch (UsageException exception)
        {
            return VerbRunner.Fail(exception.Message, ExitCode.BadInput, parsed.GetValue(GlobalOptions.Json));
        }
    }

    public static Command Create() => Verbs.Root(
        "speaker",
        "Speaker verifies speakers: is this the voice that enrolled? Exit codes: 0 accepted or done, " +
        "1 rejected, 2 inconclusive, 3 bad input or usage, 4 internal error.",
        DemoCommand.Create(),
        EnrollCommand.Create(),
        VerifyCommand.Create(),
        IdentifyCommand.Create(),
        CompareCommand.Create(),
        ClusterCommand.Create(),
        LabelCommand.Create(),
        LiveCommand.Create(),
        EmbedCommand.Create(),
        TrainerVerb.Train(),
        EvalCommand.Create(),
        TrainerVerb.Study(),
        CalibrateCommand.Create(),
        CardCommand.Create(),
        ListCommand.Create(),
        ShowCommand.Create(),
        RemoveCommand.Create(),
        RenameCommand.Create(),
        MergeCommand.Create(),
        ExportCommand.Create(),
        ImportCommand.Create(),
        BackupCommand.Create(),
        RestoreCommand.Create(),
        MigrateCommand.Create(),
        VaultCommand.Create(),
        AuditCommand.Create(),
        ExpireCommand.Create(),
        ServiceVerb.Serve(),
        ServiceVerb.Worker(),
        JobsCommand.Create(),
        ServiceVerb.Agents(),
        KeyCommand.Create(),
        DoctorCommand.Create());
}
