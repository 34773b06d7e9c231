using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Speaker.Audio;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Host.Presentation;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>verify NAME FILE…</c>, and <c>verify --batch TRIALLIST</c>.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var name = new Argument<string?>("NAME")
        {
            Description = "The enrolled speaker that the voice claims to be.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var files = new Argument<string[]>("FILE")
        {
            Description = "Recordings, each judged for itself: WAV, FLAC, Ogg, Opus, MP3 or AIFF.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var list = RecordingList.Option();
        var batch = new Option<string?>("--batch")
        {
            Description = "A text file of trials instead of NAME and FILE, one a line: 'speaker file' or 'label " +
                "speaker file', with tabs between them where a name holds blanks. Default: none.",
            HelpName = "TRIALLIST",
        };
        var command = new Command("verify",
            "Decide whether a recording is of an enrolled speaker. Exit codes: 0 accepted, 1 rejected, 2 " +
            "inconclusive; of several recordings the highest, 3 if one cannot be read.")
        {
            name,
            files,
            list,
            batch,
        };
        var thresholds = ThresholdOptions.AddTo(command, SettingKeys.Verification);
        var replays = FlagOption.Create(
            "--refuse-replays",
            "Reject a recording with sound of one that is enrolled: nobody says something twice in the same way.");
        command.Options.Add(replays);
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            var claims = Claims(
                parsed.GetValue(name), parsed.GetValue(files) ?? [], parsed.GetValue(list), parsed.GetValue(batch));
            var refuses = parsed.GetValue(replays);
            using var host = VerbServices.CreateHost(
                parsed,
                [
                    .. thresholds.Settings(parsed),
                    new($"{SettingKeys.Replay}:{nameof(ReplayOptions.Enabled)}", refuses ? "true" : null, replays.Name),
                    // Only what is enrolled counts: files of one call may be copies of each other.
                    new($"{SettingKeys.Replay}:{nameof(ReplayOptions.AcceptedPerSpeaker)}", refuses ? "0" : null,
                        replays.Name),
                ]);
            using var display = new ListeningDisplay(output);
            var recognizer = host.Services.GetRequiredService<ISpeakerRecognizer>();
            var store = VerbServices.StorePath(host);
            if (claims is [var only])
            {
                var answer = await recognizer.VerifyAsync(only.Speaker, display.Of(only.File), cancellation);
                return DecisionPresenter.Show(DecisionPresenter.RequireSpeaker(answer, store), only.File, output);
            }

            var table = new AnswerTable("speaker");
            var exitCode = await SideBySide.RunAsync(
                claims,
                claim => recognizer.VerifyAsync(claim.Speaker, display.Of(claim.File), cancellation),
                async (claim, work) =>
                {
                    try
                    {
                        var answer = DecisionPresenter.RequireSpeaker(await work, store);
                        if (output.Json)
                        {
                            return DecisionPresenter.Show(answer, claim.File, output);
                        }

                        table.Add(claim.File, answer.Speaker!, answer);
                        return DecisionPresenter.ExitCodeOf(answer.Outcome);
                    }
                    catch (Exception exception) when (exception is AudioException or UsageException)
                    {
                        return VerbRunner.Fail(exception.Message, ExitCode.BadInput, output.Json);
                    }
                });
            table.Show(output);
            return exitCode;
        });
        return command;
    }

    private static IReadOnlyList<Claim> Claims(string? name, string[] files, string? list, string? batch)
    {
        if (batch is not null)
        {
            return name is null && list is null
                ? RecordingList.Trials(batch)
                : throw new UsageException("--batch names the speakers and the recordings: give it without NAME, FILE " +
                    "and --list");
        }

        return name is null
            ? throw new UsageException("no speaker is given: run 'speaker verify NAME FILE…', or give --batch")
            : [.. RecordingList.Recordings(files, list).Select(file => new Claim(name, file))];
    }
}
