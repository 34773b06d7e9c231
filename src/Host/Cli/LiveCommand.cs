using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Speaker.Audio.Capture;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Options;
using Speaker.Host.Presentation;
using Speaker.Recognition;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>live NAME</c>.</summary>
internal static class LiveCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The enrolled speaker that the voice claims to be." };
        var device = new Option<string?>("--device")
        {
            Description = "ALSA device to capture from; 'arecord -L' lists them.",
            HelpName = "PCM",
        };
        var seconds = NumberOption.Real("--seconds", "S", "Seconds to listen, 1 to 3,600.");
        var command = new Command("live",
            "Verify the microphone while one speaks: the distance once a second, the decision at the end. " +
            "Exit code 0: accepted, 1: rejected, 2: inconclusive.")
        {
            name,
            device,
            seconds,
        };
        var thresholds = ThresholdOptions.AddTo(command, VerificationOptions.Section);
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(
                parsed,
                thresholds.Setting(parsed),
                ($"{LiveOptions.Section}:{nameof(LiveOptions.Device)}", parsed.GetValue(device)),
                ($"{LiveOptions.Section}:{nameof(LiveOptions.Seconds)}", VerbServices.Text(parsed.GetValue(seconds))));
            var verifier = host.Services.GetRequiredService<Verifier>();
            var threshold = thresholds.Choose(parsed, verifier.ConfiguredThreshold);
            var speaker = parsed.GetRequiredValue(name);
            var voiceprint = verifier.VoiceprintOf(speaker);
            var options = host.Services.GetRequiredService<IOptions<LiveOptions>>().Value;
            var microphone = new Microphone(
                new MicrophoneOptions { Device = options.Device }, host.Services.GetRequiredService<TimeProvider>());
            var live = new LiveVerification(
                host.Services.GetRequiredService<UtteranceEmbedder>(), verifier, microphone);
            var answer = await ShowWhileListeningAsync(
                output,
                show => live.RunAsync(speaker, voiceprint, threshold, options.Seconds, show, cancellation));
            return DecisionPresenter.Show(answer, output);
        });
        return command;
    }

    /// <summary>One line on stderr that is rewritten every second, or a line a second where there is no
    /// terminal.</summary>
    private static async Task<Verification> ShowWhileListeningAsync(
        VerbOutput output, Func<Action<Verification>, Task<Verification>> listen)
    {
        if (Console.IsErrorRedirected)
        {
            VerbOutput.Note("listening");
            return await listen(answer => VerbOutput.Note(Line(answer)));
        }

        return await output.Diagnostics.Status().StartAsync(
            "listening: please speak", status => listen(answer => status.Status(Markup.Escape(Line(answer)))));
    }

    private static string Line(Verification answer) => string.Create(CultureInfo.InvariantCulture,
        $"{answer.TotalSeconds,5:0.0} s, {answer.SpeechSeconds:0.0} s of speech: {(answer.Distance is { } distance
            ? $"distance {distance:0.000}, threshold {answer.Threshold.Value:0.000}, so far " +
                $"{DecisionPresenter.Word(answer.Decision)}"
            : answer.Reason)}");
}
