using System.CommandLine;
using System.CommandLine.Help;
using System.Runtime.CompilerServices;
using Speaker.Host.Cli;
using Speaker.Train;

namespace Speaker.Host.Tests.Cli;

/// <summary>
/// The help of every verb as it was agreed on. After a deliberate change write the new texts with
/// <c>UPDATE_SNAPSHOTS=1 dotnet test --filter HelpSnapshotTests</c> and read the difference.
/// </summary>
public sealed class HelpSnapshotTests
{
    public static TheoryData<string> Verbs =>
        [.. SpeakerCommandLine.Create().Subcommands.Select(command => command.Name).Append("")];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Help_OfVerb_IsAsAgreed(string verb)
    {
        using var output = new StringWriter();
        string[] line = verb.Length == 0 ? ["--help"] : [verb, "--help"];
        // These two are speaker-train's: speaker only names them and hands the line on.
        var root = verb is "train" or "study" ? TrainerCommandLine.Create("speaker") : SpeakerCommandLine.Create();
        var exitCode = root.Parse(line).Invoke(new() { Output = output });
        Assert.Equal(0, exitCode);

        var path = Path.Combine(Folder(), $"help{(verb.Length == 0 ? "" : "-" + verb)}.txt");
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            Directory.CreateDirectory(Folder());
            File.WriteAllText(path, Normalised(output.ToString()));
        }

        Assert.Equal(File.ReadAllText(path), Normalised(output.ToString()));
    }

    [Fact]
    public void Help_EveryOption_SaysWhatHappensWithoutIt() => Assert.All(
        SpeakerCommandLine.Create().Subcommands.Concat(TrainerCommandLine.Create("speaker").Subcommands)
            .SelectMany(verb => verb.Options).Concat(SpeakerCommandLine.Create().Options)
            .Where(option => option is not (HelpOption or VersionOption) && !option.Hidden),
        option => Assert.True(
            option.Required || option.Description!.Contains("Default", StringComparison.Ordinal)
            || option.Description.Contains("Give this or", StringComparison.Ordinal)
            || option.Description.Contains("give it once for each", StringComparison.Ordinal),
            $"{option.Name}: {option.Description}"));

    [Fact]
    public void Verbs_OfTheCommandLine_AreThoseOfTheDesign() => Assert.Equal(
        [
            "audit", "backup", "calibrate", "card", "cluster", "compare", "demo", "doctor", "embed", "enroll", "eval",
            "expire", "export", "identify",
            "import", "jobs", "key", "label",
            "list", "live", "mcp", "merge", "migrate",
            "remove", "rename", "restore", "serve", "show", "study", "train", "vault", "verify", "worker",
        ],
        SpeakerCommandLine.Create().Subcommands.Select(command => command.Name).Order(StringComparer.Ordinal));

    /// <summary>Without the blanks that the help writer leaves at the ends of lines.</summary>
    private static string Normalised(string text) =>
        string.Join('\n', text.Split('\n').Select(line => line.TrimEnd())).TrimEnd() + "\n";

    private static string Folder([CallerFilePath] string path = "") =>
        Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(path)!)!, "Snapshots");
}
