using System.Globalization;
using Speaker.CommandLine;
using Speaker.Host.Cli;
using Spectre.Console;

namespace Speaker.Host.Presentation;

/// <summary>How decisions look: on a screen, in JSON, and as an exit code. verify, live and demo share it.</summary>
internal static class DecisionPresenter
{
    public static int ExitCodeOf(Outcome outcome) => outcome switch
    {
        Outcome.Accepted => ExitCode.Done,
        Outcome.Rejected => ExitCode.Rejected,
        _ => ExitCode.Inconclusive,
    };

    public static string Word(Outcome outcome) => outcome switch
    {
        Outcome.Accepted => "accept",
        Outcome.Rejected => "reject",
        _ => "inconclusive",
    };

    public static string Markup(Outcome outcome) => outcome switch
    {
        Outcome.Accepted => "[green]accept[/]",
        Outcome.Rejected => "[red]reject[/]",
        _ => "[yellow]inconclusive[/]",
    };

    /// <summary>The answer, if there was somebody to compare with.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="store">The store that was looked into.</param>
    /// <exception cref="UsageException">The speaker is unknown, or nobody is enrolled at all.</exception>
    public static Decision RequireSpeaker(Decision answer, string store) => answer.Reason switch
    {
        Reason.UnknownSpeaker => throw new UsageException(
            $"unknown speaker '{answer.Speaker}' in store {store}: run 'speaker list' to see who is enrolled, or " +
            $"'speaker enroll {answer.Speaker} FILE…' to enrol"),
        Reason.NobodyEnrolled => throw new UsageException(
            $"nobody is enrolled in store {store}: run 'speaker enroll NAME FILE…' first"),
        _ => answer,
    };

    /// <summary>Prints the answer and returns its exit code.</summary>
    public static int Show(Decision answer, VerbOutput output)
    {
        if (output.Json)
        {
            VerbOutput.WriteJson(
                new VerifyJson(
                    answer.Speaker!, Word(answer.Outcome), answer.Distance, answer.Threshold, answer.TargetFar,
                    answer.Message, Math.Round(answer.SpeechSeconds, 3), answer.ModelHash,
                    QualityPresenter.Json(answer.Quality, answer.SpeechSeconds, answer.Warnings),
                    answer.LogLikelihoodRatio is { } ratio ? Math.Round(ratio, 4) : null,
                    answer.CalibratedFar, answer.CalibratedOn),
                JsonContracts.Output.VerifyJson);
            return ExitCodeOf(answer.Outcome);
        }

        var table = FactTable.Create();
        table.AddRow("decision", Markup(answer.Outcome));
        table.AddRow("speaker", Spectre.Console.Markup.Escape(answer.Speaker!));
        table.AddRow("distance", Distance(answer.Distance));
        table.AddRow("threshold", Spectre.Console.Markup.Escape(Threshold(answer)));
        if (answer.LogLikelihoodRatio is { } evidence)
        {
            table.AddRow("evidence", Evidence(evidence));
        }

        table.AddRow("speech", Seconds(answer.SpeechSeconds, answer.TotalSeconds));
        table.AddRow("reason", Spectre.Console.Markup.Escape(answer.Message));
        if (answer.Quality is { } quality)
        {
            table.AddRow("quality", QualityPresenter.Text(quality));
            foreach (var warning in answer.Warnings)
            {
                table.AddRow("[yellow]warning[/]", Spectre.Console.Markup.Escape(warning.Message));
            }
        }

        output.Results.Write(table);
        return ExitCodeOf(answer.Outcome);
    }

    /// <summary>A distance, or a dash where there is none.</summary>
    public static string Distance(double? distance) =>
        distance?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-";

    /// <summary>A threshold with what is known of it: the rate that it was calibrated for, and on whose trials.</summary>
    public static string Threshold(Decision answer)
    {
        var value = answer.Threshold.ToString("0.000", CultureInfo.InvariantCulture);
        if (answer.CalibratedFar is not { } far)
        {
            return $"{value}  (given by --threshold or the setting Threshold)";
        }

        var stricter = answer.TargetFar is { } asked && asked != far
            ? $", the next stricter rate, as the model has none for {Rate(asked)}"
            : "";
        var trials = !answer.IsThresholdMeasured ? "not measured: see 'speaker card'"
            : answer.CalibratedOn is { } source ? $"calibrated on {source}"
            : "the model does not say on what it was calibrated";
        return $"{value}  (for {Rate(far)} false accepts{stricter}; {trials})";
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

    private static string Rate(double rate) => rate.ToString("0.####%", CultureInfo.InvariantCulture);

    public static string Seconds(double speech, double total) =>
        string.Create(CultureInfo.InvariantCulture, $"{speech:0.0} s of {total:0.0} s");
}
