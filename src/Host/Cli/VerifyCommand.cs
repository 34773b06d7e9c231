using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Options;
using Speaker.Host.Presentation;
using Speaker.Recognition;

namespace Speaker.Host.Cli;

/// <summary><c>verify NAME FILE</c>.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The enrolled speaker that the voice claims to be." };
        var file = new Argument<string>("FILE") { Description = "A recording: WAV, FLAC, Ogg, Opus, MP3 or AIFF." };
        var command = new Command("verify",
            "Decide whether a recording is an enrolled speaker. Exit code 0: accepted, 1: rejected, 2: inconclusive.")
        {
            name,
            file,
        };
        var thresholds = ThresholdOptions.AddTo(command, VerificationOptions.Section);
        command.SetVerb((parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(parsed, thresholds.Setting(parsed));
            var verifier = host.Services.GetRequiredService<Verifier>();
            var embedder = host.Services.GetRequiredService<UtteranceEmbedder>();
            var threshold = thresholds.Choose(parsed, verifier.ConfiguredThreshold);
            var speaker = parsed.GetRequiredValue(name);
            var voiceprint = verifier.VoiceprintOf(speaker);
            var sample = ListeningDisplay.Embed(embedder, parsed.GetRequiredValue(file), output, cancellation);
            return DecisionPresenter.Show(verifier.Decide(speaker, voiceprint, sample, threshold), output);
        });
        return command;
    }
}
