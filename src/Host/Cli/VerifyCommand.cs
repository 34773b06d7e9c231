using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Host.Presentation;

namespace Speaker.Host.Cli;

/// <summary><c>verify NAME FILE</c>.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The enrolled speaker that the voice claims to be." };
        var file = new Argument<string>("FILE") { Description = "A recording: WAV, FLAC, Ogg, Opus, MP3 or AIFF." };
        var command = new Command("verify",
            "Decide whether a recording is of an enrolled speaker. Exit codes: 0 accepted, 1 rejected, 2 inconclusive.")
        {
            name,
            file,
        };
        var thresholds = ThresholdOptions.AddTo(command, SettingKeys.Verification);
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(parsed, thresholds.Settings(parsed));
            using var display = new ListeningDisplay(output);
            var answer = await host.Services.GetRequiredService<ISpeakerRecognizer>().VerifyAsync(
                parsed.GetRequiredValue(name), display.Of(parsed.GetRequiredValue(file)), cancellation);
            return DecisionPresenter.Show(
                DecisionPresenter.RequireSpeaker(answer, VerbServices.StorePath(host)), output);
        });
        return command;
    }
}
