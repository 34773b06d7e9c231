using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Speaker.Audio;
using Speaker.Audio.Capture;
using Speaker.Audio.Files;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Host.Presentation;
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
            Description = "Device to capture from: on Linux one that 'arecord -L' lists, on Windows an input of the " +
                "sound settings. Default: the device 'default'.",
            HelpName = "PCM",
        };
        var seconds = NumberOption.Real("--seconds", "S", "Seconds to listen, 1 to 3,600. Default: 10.");
        var command = new Command("live",
            "Verify the voice at the microphone: distance and threshold once a second, the decision at the end. " +
            "Exit codes: 0 accepted, 1 rejected, 2 inconclusive.")
        {
            name,
            device,
            seconds,
        };
        var thresholds = ThresholdOptions.AddTo(command, SettingKeys.Verification);
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(
                parsed,
                [
                    .. thresholds.Settings(parsed),
                    new($"{SettingKeys.Live}:{nameof(LiveOptions.Device)}", parsed.GetValue(device), device.Name),
                    new($"{SettingKeys.Live}:{nameof(LiveOptions.Seconds)}",
                        VerbServices.Text(parsed.GetValue(seconds)), seconds.Name),
                ]);
            var session = await host.Services.GetRequiredService<ISpeakerRecognizer>().StartLiveAsync(
                parsed.GetRequiredValue(name), cancellationToken: cancellation);
            // Before the device is opened: of an unknown speaker every decision says so.
            _ = DecisionPresenter.RequireSpeaker(
                await session.DecideAsync(cancellation), VerbServices.StorePath(host));
            var options = host.Services.GetRequiredService<IOptions<LiveOptions>>().Value;
            var microphone = new Microphone(
                new MicrophoneOptions { Device = options.Device }, host.Services.GetRequiredService<TimeProvider>());
            var answer = await ShowWhileListeningAsync(
                output, show => ListenAsync(session, microphone, options.Seconds, show, cancellation));
            return DecisionPresenter.Show(answer, file: null, output);
        });
        return command;
    }

    /// <summary>Once a second everything heard so far is judged as one recording.</summary>
    /// <param name="heard">Called with the answer so far.</param>
    /// <returns>The answer after <paramref name="seconds"/> of sound, or over what there was if the device ended
    /// before.</returns>
    private static async Task<Decision> ListenAsync(
        LiveSession session,
        Microphone microphone,
        double seconds,
        Action<Decision> heard,
        CancellationToken cancellationToken)
    {
        var left = (int)(seconds * AudioFile.SampleRate);
        var nextAnswer = 1.0;
        await foreach (var block in microphone.CaptureAsync(cancellationToken))
        {
            var taken = Math.Min(block.Length, left);
            session.Append(block.AsSpan(0, taken));
            left -= taken;
            if (left == 0)
            {
                break;
            }

            if (session.Seconds >= nextAnswer)
            {
                nextAnswer++;
                heard(await session.DecideAsync(cancellationToken));
            }
        }

        return await session.DecideAsync(cancellationToken);
    }

    /// <summary>One line on stderr that is rewritten every second, or a line a second where there is no
    /// terminal.</summary>
    private static async Task<Decision> ShowWhileListeningAsync(
        VerbOutput output, Func<Action<Decision>, Task<Decision>> listen)
    {
        if (Console.IsErrorRedirected)
        {
            VerbOutput.Note("listening");
            return await listen(answer => VerbOutput.Note(Line(answer)));
        }

        return await output.Diagnostics.Status().StartAsync(
            "listening: please speak", status => listen(answer => status.Status(Markup.Escape(Line(answer)))));
    }

    private static string Line(Decision answer) => string.Create(CultureInfo.InvariantCulture,
        $"{answer.TotalSeconds,5:0.0} s, {answer.SpeechSeconds:0.0} s of speech: {(answer.Distance is { } distance
            ? $"distance {distance:0.000}, threshold {answer.Threshold:0.000}, so far " +
                $"{DecisionPresenter.Word(answer.Outcome)}"
            : answer.Message)}");
}
