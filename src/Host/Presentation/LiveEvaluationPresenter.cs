using System.Globalization;
using Speaker.Audio.Validation;
using Speaker.CommandLine;
using Speaker.Evaluation;
using Spectre.Console;

namespace Speaker.Host.Presentation;

/// <summary>The figures of <c>eval --live</c> as tables or as JSON.</summary>
internal static class LiveEvaluationPresenter
{
    /// <param name="report">Of the sessions.</param>
    /// <param name="earlyFrr">That was asked for.</param>
    /// <param name="skipped">Recordings that could not be read.</param>
    /// <param name="model">Its hash.</param>
    /// <param name="learntLeftOut">Speakers left out because the model learnt from them; null where it is not known.</param>
    /// <param name="card">The card that the margins were written to; null where they were not.</param>
    /// <param name="output">Where to.</param>
    public static void Show(
        LiveReport report, double earlyFrr, int skipped, string model, int? learntLeftOut, string? card,
        VerbOutput output)
    {
        if (output.Json)
        {
            VerbOutput.WriteJson(
                new EvalLiveJson(
                    report.Sessions, report.Impostors, report.Speakers, earlyFrr, report.MeanLikeness, report.Eer,
                    report.WholeEer, [.. report.Rates.Select(ToJson)], skipped, model, learntLeftOut, card),
                JsonContracts.Output.EvalLiveJson);
            return;
        }

        foreach (var rate in report.Rates)
        {
            output.Results.WriteLine(Text($"False accepts {rate.TargetFar:0.####%}:"));
            output.Results.Write(Tabulate(rate));
            output.Results.WriteLine(!rate.IsFitted
                ? "Too few sessions for this rate: nothing is decided before the end."
                : rate.MedianSeconds is { } seconds
                ? Text($"Half of the right speakers are accepted after {seconds:0.0} s or earlier.")
                : "Fewer than half of the right speakers are accepted before the end.");
        }

        output.Results.WriteLine(Text(
            $"{Plural.Of(report.Sessions, "session")} of the right speaker and {Plural.Of(report.Impostors, "session")} of ") +
            Text($"strangers, {Plural.Of(report.Speakers, "speaker")}; each half of them is judged by margins of the other.") +
            Text($" Early rejections: at most {earlyFrr:0.##%} of the right speakers were asked for. The last look's ") +
            Text($"embedding is {report.MeanLikeness:0.000} like that of the whole; equal error rates ") +
            Text($"{report.Eer:0.00%} and {report.WholeEer:0.00%}."));
    }

    private static Table Tabulate(LiveRateReport rate)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var heading in (ReadOnlySpan<string>)
                 ["s", "plain FAR", "FRR", "live FAR", "FRR", "accepted", "rejected", "strangers acc.", "rej."])
        {
            table.AddColumn(new TableColumn(heading).RightAligned());
        }

        foreach (var time in rate.Times)
        {
            table.AddRow(
                Text($"{time.Seconds:0}"), Text($"{time.PlainFar:0.00%}"), Text($"{time.PlainFrr:0.0%}"),
                Text($"{time.Far:0.00%}"), Text($"{time.Frr:0.0%}"), Text($"{time.TargetsAccepted:0.0%}"),
                Text($"{time.TargetsRejected:0.0%}"), Text($"{time.ImpostorsAccepted:0.00%}"),
                Text($"{time.ImpostorsRejected:0.0%}"));
        }

        return table;
    }

    private static LiveRateJson ToJson(LiveRateReport rate) => new(
        rate.TargetFar, rate.IsFitted, rate.MedianSeconds,
        [
            .. rate.Times.Select(time => new LiveTimeJson(
                time.Seconds, time.PlainFar, time.PlainFrr, time.Far, time.Frr, time.TargetsAccepted,
                time.TargetsRejected, time.ImpostorsAccepted, time.ImpostorsRejected)),
        ]);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
