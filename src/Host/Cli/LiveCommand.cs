using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Host.Live;
using Speaker.Host.Presentation;

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
        var capture = CaptureOptions.AddTo(
            command, "Seconds to listen, 1 to 3,600. Default: 10; with --input, to the end of the sound.");
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
        var states = FlagOption.Create(
            "--states", "With --json, print where it stands twice a second, and the decision last.");
        command.Add(early);
        command.Add(notEarly);
        command.Add(states);
        command.Validators.Add(result =>
        {
            if (result.GetValue(early) && result.GetValue(notEarly))
            {
                result.AddError("Give --early or --no-early, not both.");
            }

            if (result.GetValue(states) && !result.GetValue(GlobalOptions.Json))
            {
                result.AddError("--states belongs to --json.");
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
            var speaker = parsed.GetRequiredValue(name);
            var session = await host.Services.GetRequiredService<ISpeakerRecognizer>().StartLiveAsync(
                speaker, new LiveRequest { Early = live.Early }, cancellation);
            // Before the device is opened: of an unknown speaker every decision says so.
            _ = DecisionPresenter.RequireSpeaker(
                await session.DecideAsync(cancellation), VerbServices.StorePath(host));
            var (source, seconds) = capture.Open(parsed, host);
            var answer = await LiveDisplay.RunAsync(
                output, parsed.GetValue(states), new LiveView(speaker, seconds),
                display => new LiveListening(session).RunAsync(source, seconds, display, cancellation));
            return DecisionPresenter.Show(answer, source.File, output);
        });
        return command;
    }
}
