using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Host.Live;
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
            "Verify a voice while it speaks: level, distance and threshold twice a second, and the decision as soon as the " +
            "evidence is enough. Exit codes: 0 accepted, 1 rejected, 2 inconclusive.")
        {
            name,
        };
        var capture = CaptureOptions.AddTo(command);
        var early = new Option<bool>("--early")
        {
            Description = "Decide as soon as the evidence is enough. Default: on (the setting Speaker:Live:Early).",
            Arity = ArgumentArity.Zero,
        };
        var notEarly = new Option<bool>("--no-early")
        {
            Description = "Decide at the end of the sound. Default: --early.",
            Arity = ArgumentArity.Zero,
        };
        command.Add(early);
        command.Add(notEarly);
        command.Validators.Add(result =>
        {
            if (result.GetValue(early) && result.GetValue(notEarly))
            {
                result.AddError("Give --early or --no-early, not both.");
            }
        });
        var thresholds = ThresholdOptions.AddTo(command, SettingKeys.Verification);
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            var (isEarly, isNot) = (parsed.GetValue(early), parsed.GetValue(notEarly));
            using var host = VerbServices.CreateHost(
                parsed,
                [
                    .. thresholds.Settings(parsed), .. capture.Settings(parsed),
                    new($"{SettingKeys.Live}:{nameof(LiveOptions.Early)}",
                        isEarly ? "true" : isNot ? "false" : null, isEarly ? early.Name : notEarly.Name),
                ]);
            var live = host.Services.GetRequiredService<IOptions<LiveOptions>>().Value;
            var session = await host.Services.GetRequiredService<ISpeakerRecognizer>().StartLiveAsync(
                parsed.GetRequiredValue(name), new LiveRequest { Early = live.Early }, cancellation);
            // Before the device is opened: of an unknown speaker every decision says so.
            _ = DecisionPresenter.RequireSpeaker(
                await session.DecideAsync(cancellation), VerbServices.StorePath(host));
            var (source, seconds) = capture.Open(parsed, host);
            var answer = await ShowWhileListeningAsync(
                output, show => new LiveListening(session).RunAsync(source, seconds, show, cancellation));
            return DecisionPresenter.Show(answer, source.File, output);
        });
        return command;
    }

    /// <summary>One line on stderr that is rewritten every second, or a line a second where there is no
    /// terminal.</summary>
    private static async Task<Decision> ShowWhileListeningAsync(
        VerbOutput output, Func<Action<LiveLook>, Task<Decision>> listen)
    {
        if (Console.IsErrorRedirected)
        {
            VerbOutput.Note("listening");
            return await listen(look => VerbOutput.Note(Line(look.State.SoFar)));
        }

        return await output.Diagnostics.Status().StartAsync(
            "listening: please speak", status => listen(look => status.Status(Markup.Escape(Line(look.State.SoFar)))));
    }

    private static string Line(Decision answer) => string.Create(CultureInfo.InvariantCulture,
        $"{answer.TotalSeconds,5:0.0} s, {answer.SpeechSeconds:0.0} s of speech: {(answer.Distance is { } distance
            ? $"distance {distance:0.000}, threshold {answer.Threshold:0.000}, so far " +
                $"{DecisionPresenter.Word(answer.Outcome)}"
            : answer.Message)}");
}
