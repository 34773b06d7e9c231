using System.CommandLine;
using Speaker.CommandLine;
using Speaker.Models;

namespace Speaker.Host.Cli;

/// <summary><c>card</c>.</summary>
internal static class CardCommand
{
    public static Command Create()
    {
        var command = new Command("card",
            "Print the model's card as a page: training data, measured figures, thresholds and limitations. With " +
            "--json, print the card itself.");
        command.SetVerb((parsed, output, _) =>
        {
            using var host = VerbServices.CreateHost(parsed);
            var path = ModelFiles.Resolve(
                VerbServices.ModelPath(host));
            StandardOutput.Write(
                output.Json ? ModelFiles.CardAsJsonLine(path) : ModelCardPage.Of(ModelFiles.ReadCard(path)));
            return ExitCode.Done;
        });
        return command;
    }
}
