using System.Globalization;
using Speaker.CommandLine;
using Speaker.Host.Cli;
using Speaker.Recognition;
using Spectre.Console;

namespace Speaker.Host.Presentation;

/// <summary>How decisions look: on a screen, in JSON, and as an exit code. verify, live and demo share it.</summary>
internal static class DecisionPresenter
{
    public static int ExitCodeOf(Decision decision) => decision switch
    {
        Decision.Accept => ExitCode.Done,
        Decision.Reject => ExitCode.Rejected,
        _ => ExitCode.Inconclusive,
    };

    public static string Word(Decision decision) => decision switch
    {
        Decision.Accept => "accept",
        Decision.Reject => "reject",
        _ => "inconclusive",
    };

    public static string Markup(Decision decision) => decision switch
    {
        Decision.Accept => "[green]accept[/]",
        Decision.Reject => "[red]reject[/]",
        _ => "[yellow]inconclusive[/]",
    };

    /// <summary>Prints the answer and returns its exit code.</summary>
    public static int Show(Verification answer, VerbOutput output)
    {
        if (output.Json)
        {
            VerbOutput.WriteJson(
                new VerifyJson(
                    answer.Speaker, Word(answer.Decision), answer.Distance, answer.Threshold.Value,
                    answer.Threshold.TargetFar, answer.Reason, Math.Round(answer.SpeechSeconds, 3), answer.ModelHash,
                    QualityPresenter.Json(answer.Quality),
                    answer.LogLikelihoodRatio is { } ratio ? Math.Round(ratio, 4) : null),
                JsonContracts.Output.VerifyJson);
            return ExitCodeOf(answer.Decision);
        }

        var table = FactTable.Create();
        table.AddRow("decision", Markup(answer.Decision));
        table.AddRow("speaker", Spectre.Console.Markup.Escape(answer.Speaker));
        table.AddRow("distance", Distance(answer.Distance));
        table.AddRow("threshold", Threshold(answer.Threshold));
        if (answer.LogLikelihoodRatio is { } evidence)
        {
            table.AddRow("evidence", Evidence(evidence));
        }

        table.AddRow("speech", Seconds(answer.SpeechSeconds, answer.TotalSeconds));
        table.AddRow("reason", Spectre.Console.Markup.Escape(answer.Reason));
        if (answer.Quality is { } quality)
        {
            table.AddRow("quality", QualityPresenter.Text(quality.Measures));
            foreach (var warning in quality.Warnings)
            {
                table.AddRow("[yellow]warning[/]", Spectre.Console.Markup.Escape(warning));
            }
        }

        output.Results.Write(table);
        return ExitCodeOf(answer.Decision);
    }

    /// <summary>A table of names and values without a header.</summary>
    public static string Distance(double? distance) =>
        distance?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-";

    public static string Threshold(DecisionThreshold threshold)
    {
        var origin = threshold.TargetFar is { } far
            ? string.Create(CultureInfo.InvariantCulture,
                $"for {far:0.####%} false accepts{(threshold.IsMeasured ? "" : ", not measured: see the model card")}")
            : "given by --threshold";
        return string.Create(CultureInfo.InvariantCulture, $"{threshold.Value:0.000}  ({origin})");
    }

    /// <summary>A log-likelihood ratio in words; beyond a thousand to one the calibration has seen too few trials to
    /// say how much beyond.</summary>
    public static string Evidence(double logLikelihoodRatio)
    {
        const double Most = 1000;
        var times = Math.Exp(Math.Abs(logLikelihoodRatio));
        return string.Create(CultureInfo.InvariantCulture,
            $"{(times > Most ? "more than " : "")}{Math.Min(times, Most):#,0.#} times as likely from " +
            $"{(logLikelihoodRatio >= 0 ? "this speaker as from another" : "another as from this speaker")}");
    }

    public static string Seconds(double speech, double total) =>
        string.Create(CultureInfo.InvariantCulture, $"{speech:0.0} s of {total:0.0} s");
}
