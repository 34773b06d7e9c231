using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Host.Presentation;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>identify FILE</c>.</summary>
internal static class IdentifyCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A recording: WAV, FLAC, Ogg, Opus, MP3 or AIFF." };
        var top = NumberOption.Whole("--top", "N", "How many of the nearest speakers to list, 1 to 1,000. Default: 3.");
        var command = new Command("identify",
            "Find the enrolled speaker of a recording, or nobody. Exit codes: 0 somebody, 1 nobody, 2 inconclusive.")
        {
            file,
            top,
        };
        var thresholds = ThresholdOptions.AddTo(command, SettingKeys.Identification);
        command.SetVerb(async (parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(
                parsed,
                [
                    .. thresholds.Settings(parsed),
                    new($"{SettingKeys.Identification}:{nameof(IdentificationOptions.Top)}",
                        VerbServices.Text(parsed.GetValue(top)), top.Name),
                ]);
            using var display = new ListeningDisplay(output);
            var path = parsed.GetRequiredValue(file);
            var answer = DecisionPresenter.RequireSpeaker(
                await host.Services.GetRequiredService<ISpeakerRecognizer>().IdentifyAsync(
                    display.Of(path), cancellation),
                VerbServices.StorePath(host));
            var options = host.Services.GetRequiredService<IOptions<SpeakerOptions>>().Value.Identification;
            Show(path, answer, options.MinimumMargin, output);
            return DecisionPresenter.ExitCodeOf(answer.Outcome);
        });
        return command;
    }

    private static void Show(string file, Decision answer, double minimumMargin, VerbOutput output)
    {
        if (output.Json)
        {
            VerbOutput.WriteJson(
                new IdentifyJson(
                    file, DecisionPresenter.Word(answer.Outcome), answer.Speaker, answer.Distance, answer.Threshold,
                    answer.TargetFar, answer.Margin, minimumMargin, answer.Message,
                    Math.Round(answer.SpeechSeconds, 3), answer.ModelHash,
                    [.. answer.Candidates.Select(candidate =>
                        new CandidateJson(candidate.Speaker, candidate.Distance))],
                    answer.CalibratedFar, answer.CalibratedOn),
                JsonContracts.Output.IdentifyJson);
            return;
        }

        var facts = FactTable.Create();
        facts.AddRow("speaker", answer.Speaker is null ? "nobody" : $"[green]{Markup.Escape(answer.Speaker)}[/]");
        facts.AddRow("threshold", Markup.Escape(DecisionPresenter.Threshold(answer)));
        facts.AddRow("margin", answer.Margin is { } margin
            ? $"{DecisionPresenter.Distance(margin)} to the runner-up, " +
                $"{DecisionPresenter.Distance(minimumMargin)} needed"
            : "- (no runner-up)");
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
