using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Speaker.CommandLine;
using Speaker.Host.Presentation;

namespace Speaker.Host.Cli;

/// <summary><c>compare A B</c>.</summary>
internal static class CompareCommand
{
    public static Command Create()
    {
        var first = new Argument<string>("A") { Description = "A recording: WAV, FLAC, Ogg, Opus, MP3 or AIFF." };
        var second = new Argument<string>("B") { Description = "Another one." };
        var command = new Command("compare",
            "Decide whether two recordings are of the same voice. Nothing is enrolled, and no store is read. Exit " +
            "codes: 0 accepted, 1 rejected, 2 inconclusive.")
        {
            first,
            second,
        };
        var thresholds = ThresholdOptions.AddTo(command, SettingKeys.Verification);
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(parsed, thresholds.Settings(parsed));
            using var display = new ListeningDisplay(output);
            var (one, other) = (parsed.GetRequiredValue(first), parsed.GetRequiredValue(second));
            if (one == "-" && other == "-")
            {
                throw new UsageException("the standard input holds one recording: give the other one as a file");
            }

            var answer = await host.Services.GetRequiredService<ISpeakerRecognizer>().CompareAsync(
                display.Of(one), display.Of(other), cancellation);
            Show(one, other, answer, output);
            return DecisionPresenter.ExitCodeOf(answer.Outcome);
        });
        return command;
    }

    private static void Show(string first, string second, Decision answer, VerbOutput output)
    {
        if (output.Json)
        {
            VerbOutput.WriteJson(
                DecisionPresenter.Json(answer, first, second), JsonContracts.Output.CompareJson);
            return;
        }

        output.Results.Write(DecisionPresenter.Facts(answer, ("first", first), ("second", second)));
    }
}
