using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Speaker.Audio;
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
        var command = new Command("live",
            "Verify the voice at the microphone: distance and threshold once a second, the decision at the end. " +
            "Exit codes: 0 accepted, 1 rejected, 2 inconclusive.")
        {
            name,
        };
        var capture = CaptureOptions.AddTo(command);
        var thresholds = ThresholdOptions.AddTo(command, SettingKeys.Verification);
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(
                parsed, [.. thresholds.Settings(parsed), .. capture.Settings(parsed)]);
            var session = await host.Services.GetRequiredService<ISpeakerRecognizer>().StartLiveAsync(
                parsed.GetRequiredValue(name), cancellationToken: cancellation);
            // Before the device is opened: of an unknown speaker every decision says so.
            _ = DecisionPresenter.RequireSpeaker(
                await session.DecideAsync(cancellation), VerbServices.StorePath(host));
            var (microphone, seconds) = CaptureOptions.Open(host);
            var answer = await ShowWhileListeningAsync(
                output, show => ListenAsync(session, microphone, seconds, show, cancellation));
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
