using System.Globalization;
using Speaker.CommandLine;
using Speaker.Host.Cli;
using Speaker.Recognition;
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

    /// <summary>Prints the answer about a claimed speaker and returns its exit code.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="file">The recording; null for the microphone.</param>
    /// <param name="output">Where to.</param>
    public static int Show(Decision answer, string? file, VerbOutput output)
    {
        if (output.Json)
        {
            VerbOutput.WriteJson(Json(answer, file), JsonContracts.Output.VerifyJson);
        }
        else
        {
            output.Results.Write(Facts(answer, ("speaker", answer.Speaker!)));
        }

        return ExitCodeOf(answer.Outcome);
    }

    /// <summary>The answer about a claimed speaker as JSON.</summary>
    public static VerifyJson Json(Decision answer, string? file) => new(
        answer.Speaker!, Word(answer.Outcome), answer.Distance, answer.Threshold, answer.TargetFar, answer.Message,
        Math.Round(answer.SpeechSeconds, 3), answer.ModelHash,
        QualityPresenter.Json(answer.Quality, answer.SpeechSeconds, answer.Warnings), Ratio(answer), answer.CalibratedFar,
        answer.CalibratedOn, file, answer.MissingSeconds, ReasonCode.Of(answer.Reason));

    /// <summary>Where a live verification stands, as JSON.</summary>
    public static LiveStateJson Json(LiveState state) => new(
        "state", Math.Round(state.Seconds, 3), Math.Round(state.SpeechSeconds, 3),
        state.Level is { } level ? Math.Round(level, 1) : null, state.IsSpeech, state.SoFar.Distance,
        state.SoFar.Threshold, state.WindowDistance, Word(state.SoFar.Outcome), ReasonCode.Of(state.SoFar.Reason),
        state.Verdict is not null);

    /// <summary>The answer about two recordings as JSON.</summary>
    public static CompareJson Json(Decision answer, string first, string second) => new(
        first, second, Word(answer.Outcome), answer.Distance, answer.Threshold, answer.TargetFar, answer.Message,
        Math.Round(answer.SpeechSeconds, 3), answer.ModelHash,
        QualityPresenter.Json(answer.Quality, answer.SpeechSeconds, answer.Warnings), Ratio(answer),
        answer.CalibratedFar, answer.CalibratedOn, answer.MissingSeconds, ReasonCode.Of(answer.Reason));

    /// <summary>The answer to "who is this?" as JSON.</summary>
    public static IdentifyJson Json(Decision answer, string file, double minimumMargin) => new(
        file, Word(answer.Outcome), answer.Speaker, answer.Distance, answer.Threshold, answer.TargetFar, answer.Margin,
        minimumMargin, answer.Message, Math.Round(answer.SpeechSeconds, 3), answer.ModelHash,
        [.. answer.Candidates.Select(candidate => new CandidateJson(candidate.Speaker, candidate.Distance))],
        answer.CalibratedFar, answer.CalibratedOn, ReasonCode.Of(answer.Reason), answer.Searched, answer.GalleryFar);

    /// <summary>The log-likelihood ratio as JSON has it; null where there is none.</summary>
    public static double? Ratio(Decision answer) =>
        answer.LogLikelihoodRatio is { } ratio ? Math.Round(ratio, 4) : null;

    /// <summary>The answer as a table.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="sides">What was compared: what it is, and its name.</param>
    public static Table Facts(Decision answer, params ReadOnlySpan<(string What, string Name)> sides)
    {
        var table = FactTable.Create();
        table.AddRow("decision", Markup(answer.Outcome));
        foreach (var (what, name) in sides)
        {
            table.AddRow(what, Spectre.Console.Markup.Escape(name));
        }

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

        return table;
    }

    /// <summary>A distance, or a dash where there is none.</summary>
    public static string Distance(double? distance) =>
        distance?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-";

    /// <summary>A threshold with what is known of it: the rate that it was calibrated for, and on whose trials.</summary>
    public static string Threshold(Decision answer) => Threshold(new DecisionThreshold(
        answer.Threshold, answer.TargetFar, answer.CalibratedFar, answer.CalibratedOn, answer.IsThresholdMeasured));

    /// <inheritdoc cref="Threshold(Decision)"/>
    public static string Threshold(DecisionThreshold threshold)
    {
        var value = threshold.Value.ToString("0.000", CultureInfo.InvariantCulture);
        if (threshold.CalibratedFar is not { } far)
        {
            return $"{value}  (given by --threshold or the setting Threshold)";
        }

        var stricter = threshold.TargetFar is { } asked && asked != far
            ? $", the next stricter rate, as the model has none for {Rate(asked)}"
            : "";
        var trials = !threshold.IsMeasured ? "not measured: see 'speaker card'"
            : threshold.CalibratedOn is { } source ? $"calibrated on {source}"
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
