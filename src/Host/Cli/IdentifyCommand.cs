using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Speaker.Audio;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Host.Presentation;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>identify FILE…</c>.</summary>
internal static class IdentifyCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Recordings, each judged for itself: WAV, FLAC, Ogg, Opus, MP3 or AIFF.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var list = RecordingList.Option();
        var top = NumberOption.Whole("--top", "N", "How many of the nearest speakers to list, 1 to 1,000. Default: 3.");
        var command = new Command("identify",
            "Find the enrolled speaker of a recording, or nobody. Exit codes: 0 somebody, 1 nobody, 2 " +
            "inconclusive; of several recordings the highest, 3 if one cannot be read.")
        {
            files,
            list,
            top,
        };
        var thresholds = ThresholdOptions.AddTo(command, SettingKeys.Identification);
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            var paths = RecordingList.Recordings(parsed.GetValue(files) ?? [], parsed.GetValue(list));
            using var host = VerbServices.CreateHost(
                parsed,
                [
                    .. thresholds.Settings(parsed),
                    new($"{SettingKeys.Identification}:{nameof(IdentificationOptions.Top)}",
                        VerbServices.Text(parsed.GetValue(top)), top.Name),
                ]);
            using var display = new ListeningDisplay(output);
            var recognizer = host.Services.GetRequiredService<ISpeakerRecognizer>();
            var store = VerbServices.StorePath(host);
            var options = host.Services.GetRequiredService<IOptions<SpeakerOptions>>().Value.Identification;
            if (paths is [var only])
            {
                var answer = DecisionPresenter.RequireSpeaker(
                    await recognizer.IdentifyAsync(display.Of(only), cancellation), store);
                Show(only, answer, options.MinimumMargin, output);
                return DecisionPresenter.ExitCodeOf(answer.Outcome);
            }

            var table = new AnswerTable("speaker");
            var exitCode = await SideBySide.RunAsync(
                paths,
                path => recognizer.IdentifyAsync(display.Of(path), cancellation),
                async (path, work) =>
                {
                    try
                    {
                        var answer = DecisionPresenter.RequireSpeaker(await work, store);
                        if (output.Json)
                        {
                            Show(path, answer, options.MinimumMargin, output);
                        }
                        else
                        {
                            table.Add(path, answer.Speaker ?? "nobody", answer);
                        }

                        return DecisionPresenter.ExitCodeOf(answer.Outcome);
                    }
                    catch (AudioException exception)
                    {
                        return VerbRunner.Fail(exception.Message, ExitCode.BadInput, output.Json);
                    }
                });
            table.Show(output);
            return exitCode;
        });
        return command;
    }

    private static void Show(string file, Decision answer, double minimumMargin, VerbOutput output)
    {
        if (output.Json)
        {
            VerbOutput.WriteJson(
                DecisionPresenter.Json(answer, file, minimumMargin), JsonContracts.Output.IdentifyJson);
            return;
        }

        var facts = FactTable.Create();
        facts.AddRow("speaker", answer.Speaker is null ? "nobody" : $"[green]{Markup.Escape(answer.Speaker)}[/]");
        facts.AddRow("threshold", Markup.Escape(DecisionPresenter.Threshold(answer)));
        facts.AddRow("margin", answer.Margin is { } margin
            ? $"{DecisionPresenter.Distance(margin)} to the runner-up, " +
                $"{DecisionPresenter.Distance(minimumMargin)} needed"
            : "- (no runner-up)");
        if (answer is { Searched: { } searched, GalleryFar: { } share })
        {
            facts.AddRow("searched", string.Create(
                CultureInfo.InvariantCulture,
                $"{searched:#,0} enrolled; at most {share:0.####%} of strangers get a name"));
        }

        facts.AddRow("speech", DecisionPresenter.Seconds(answer.SpeechSeconds, answer.TotalSeconds));
        facts.AddRow("reason", Markup.Escape(answer.Message));
        output.Results.Write(facts);
        if (answer.Candidates.Count == 0)
        {
            return;
        }

        var table = new Table().Border(TableBorder.Rounded)
            .AddColumn("nearest").AddColumn(new TableColumn("distance").RightAligned()).AddColumn("within threshold");
        foreach (var candidate in answer.Candidates)
        {
            table.AddRow(
                Markup.Escape(candidate.Speaker), DecisionPresenter.Distance(candidate.Distance),
                candidate.Distance <= answer.Threshold ? "yes" : "no");
        }

        output.Results.Write(table);
    }
}
