using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Options;
using Speaker.Host.Presentation;
using Speaker.Recognition;
using Spectre.Console;

namespace Speaker.Host.Cli;

/// <summary><c>identify FILE</c>.</summary>
internal static class IdentifyCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A recording: WAV, FLAC, Ogg, Opus, MP3 or AIFF." };
        var top = NumberOption.Whole("--top", "N", "How many of the nearest speakers to list, 1 to 1,000.");
        var command = new Command("identify",
            "Find the enrolled speaker of a recording, or nobody. Exit code 0: somebody, 1: nobody, 2: inconclusive.")
        {
            file,
            top,
        };
        var thresholds = ThresholdOptions.AddTo(command, IdentificationOptions.Section);
        command.SetVerb((parsed, output, cancellation) =>
        {
            using var host = VerbServices.CreateHost(
                parsed,
                thresholds.Setting(parsed),
                ($"{IdentificationOptions.Section}:{nameof(IdentificationOptions.Top)}",
                    VerbServices.Text(parsed.GetValue(top))));
            var identifier = host.Services.GetRequiredService<Identifier>();
            var embedder = host.Services.GetRequiredService<UtteranceEmbedder>();
            var threshold = thresholds.Choose(parsed, identifier.ConfiguredThreshold);
            var sample = ListeningDisplay.Embed(embedder, parsed.GetRequiredValue(file), output, cancellation);
            var answer = identifier.Identify(sample, threshold);
            Show(parsed.GetRequiredValue(file), answer, output);
            return DecisionPresenter.ExitCodeOf(answer.Decision);
        });
        return command;
    }

    private static void Show(string file, Identification answer, VerbOutput output)
    {
        var nearest = answer.Candidates.Count > 0 ? answer.Candidates[0] : null;
        if (output.Json)
        {
            VerbOutput.WriteJson(
                new IdentifyJson(
                    file, DecisionPresenter.Word(answer.Decision), answer.Speaker, nearest?.Distance,
                        answer.Threshold.Value,
                    answer.Threshold.TargetFar, answer.Margin, answer.MinimumMargin, answer.Reason,
                    Math.Round(answer.SpeechSeconds, 3), answer.ModelHash,
                    [.. answer.Candidates.Select(candidate =>
                        new CandidateJson(candidate.Speaker, candidate.Distance))]),
                JsonContracts.Output.IdentifyJson);
            return;
        }

        var facts = FactTable.Create();
        facts.AddRow("speaker", answer.Speaker is null ? "nobody" : $"[green]{Markup.Escape(answer.Speaker)}[/]");
        facts.AddRow("threshold", DecisionPresenter.Threshold(answer.Threshold));
        facts.AddRow("margin", answer.Margin is { } margin
            ? $"{DecisionPresenter.Distance(margin)} to the runner-up, " +
                $"{DecisionPresenter.Distance(answer.MinimumMargin)} needed"
            : "- (no runner-up)");
        facts.AddRow("speech", DecisionPresenter.Seconds(answer.SpeechSeconds, answer.TotalSeconds));
        facts.AddRow("reason", Markup.Escape(answer.Reason));
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
                candidate.Distance <= answer.Threshold.Value ? "yes" : "no");
        }

        output.Results.Write(table);
    }
}
