using System.Globalization;
using Speaker.CommandLine;
using Speaker.Evaluation;
using Speaker.Host.Cli;
using Speaker.Metrics;
using Speaker.Models;
using Spectre.Console;

namespace Speaker.Host.Presentation;

/// <summary>The figures of <c>eval</c> as tables or as JSON.</summary>
internal static class EvalPresenter
{
    /// <param name="report">Of the model.</param>
    /// <param name="reference">Of another on the same trials; null without one.</param>
    /// <param name="grid">The report's, with the reference's rates beside it.</param>
    /// <param name="model">Its hash.</param>
    /// <param name="targetFar">Of the threshold.</param>
    /// <param name="learntLeftOut">Speakers left out because the model learnt from them; null where it is not
    /// known.</param>
    /// <param name="card">The card that the grid was written to; null where it was not.</param>
    /// <param name="output">Where to.</param>
    public static void Show(
        EvaluationReport report,
        ReferenceReport? reference,
        IReadOnlyList<ConditionFigure> grid,
        string model,
        double targetFar,
        int? learntLeftOut,
        string? card,
        VerbOutput output)
    {
        if (output.Json)
        {
            VerbOutput.WriteJson(
                ToJson(report, reference, grid, model, learntLeftOut, card), JsonContracts.Output.EvalJson);
            return;
        }

        var rows = report.ByCorpus
            .Select(pair => (pair.Key + (report.Pieces.Contains(pair.Key) ? " *" : ""), pair.Value))
            .ToList();
        if (rows.Count != 1)
        {
            rows.Add(("together", report.All));
        }

        output.Results.Write(Tabulate(
            "corpus", ["speakers", "targets", "trials", "EER", "95 %", "FAR", "FRR"], rows, figures =>
            [
                Count(figures.Speakers), Count(figures.Targets), Count(figures.Trials), Percent(figures.Eer),
                Interval(figures.EerInterval), Percent(figures.Far), Percent(figures.Frr),
            ]));
        output.Results.Write(Tabulate(
            "corpus", ["minDCF 0.01", "minDCF 0.05", "actDCF 0.01", "actDCF 0.05", "Cllr"], rows, figures =>
            [
                Number(figures.MinDcf01), Number(figures.MinDcf05), Number(figures.ActDcf01), Number(figures.ActDcf05),
                Number(figures.Cllr),
            ]));
        if (reference is not null)
        {
            output.Results.Write(Tabulate(
                "EER", ["the model", reference.Name, "ratio"], Compared(report, reference), row =>
                [
                    Percent(row.Model), Percent(row.Reference), Ratio(row.Model, row.Reference),
                ]));
        }

        if (report.Durations.Count > 0)
        {
            output.Results.Write(Tabulate(
                "speech", ["speakers", "targets", "trials", "EER", "95 %", "the same, whole"],
                report.Durations.Select(row => (Seconds(row.Seconds), row)), row =>
                [
                    Count(row.Figures.Speakers), Count(row.Figures.Targets), Count(row.Figures.Trials),
                    Percent(row.Figures.Eer), Interval(row.Figures.EerInterval), Percent(row.WholeEer),
                ]));
        }

        if (report.Conditions.Count > 0)
        {
            output.Results.Write(Tabulate(
                "condition", ["refused", "test only", "95 %", "both sides", "95 %", "as recorded"],
                report.Conditions.Select(row => (ListeningConditions.NameOf(row.Condition), row)), row =>
                [
                    Percent((double)row.Refused / row.Utterances), Percent(row.TestOnly.Eer),
                    Interval(row.TestOnly.EerInterval), Percent(row.BothSides.Eer), Interval(row.BothSides.EerInterval),
                    Percent(row.CleanEer),
                ]));
        }

        if (grid.Count > 0 && (reference is not null || (report.Durations.Count > 0 && report.Conditions.Count > 0)))
        {
            ShowGrid("EER, mean of the corpora", grid, figure => Percent(figure.Rates.Mean), output);
            if (reference is not null)
            {
                ShowGrid($"the same, {reference.Name}", grid, figure => Percent(figure.Against?.Mean), output);
                ShowGrid("ratio", grid, figure => Ratio(figure.Rates.Mean, figure.Against?.Mean), output);
            }
        }

        output.Results.WriteLine(report.All.Threshold is { } threshold
            ? string.Create(CultureInfo.InvariantCulture,
                $"FAR and FRR are at {threshold:0.000}, the model's threshold for {targetFar:0.####%} false accepts.")
            : "The model has no threshold for that false-accept rate, so FAR and FRR are missing.");
        if (report.Pieces.Count > 0)
        {
            output.Results.WriteLine(
                "* one utterance a speaker: trials are between pieces of it, in one session, and easier than real " +
                "ones.");
        }
    }

    public static string Seconds(double seconds) => seconds.ToString("0.### s", CultureInfo.InvariantCulture);

    /// <summary>Seconds of speech; null is all of it.</summary>
    public static string Length(double? seconds) => seconds is { } some ? Seconds(some) : "whole";

    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Percent(double? value) => value?.ToString("0.0%", CultureInfo.InvariantCulture) ?? "-";

    public static string Interval(RateInterval interval) => $"{Percent(interval.Low)} - {Percent(interval.High)}";

    public static string Number(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-";

    /// <summary>Of a rate over a reference's.</summary>
    private static string Ratio(double rate, double? reference) =>
        reference > 0 ? (rate / reference.Value).ToString("0.00", CultureInfo.InvariantCulture) : "-";

    private static List<(string Name, (double Model, double? Reference) Row)> Compared(
        EvaluationReport report, ReferenceReport reference)
    {
        var rows = report.ByCorpus.Select(corpus => (corpus.Key, (corpus.Value.Eer,
            reference.Report.ByCorpus.TryGetValue(corpus.Key, out var other) ? (double?)other.Eer : null))).ToList();
        if (rows.Count != 1)
        {
            rows.Add(("together", (report.All.Eer, reference.Report.All.Eer)));
        }

        return rows;
    }

    /// <summary>A condition a row, a length a column.</summary>
    private static void ShowGrid(
        string title, IReadOnlyList<ConditionFigure> grid, Func<ConditionFigure, string> cell, VerbOutput output)
    {
        var lengths = ConditionTable.Lengths(grid);
        output.Results.Write(Tabulate(
            title, [.. lengths.Select(Length)],
            grid.GroupBy(figure => figure.Name).Select(row => (row.Key, row.ToArray())), row =>
            [
                .. lengths.Select(seconds => row.FirstOrDefault(figure => figure.Seconds == seconds) is { } figure
                    ? cell(figure)
                    : "-"),
            ]));
    }

    private static EvalJson ToJson(
        EvaluationReport report,
        ReferenceReport? reference,
        IReadOnlyList<ConditionFigure> grid,
        string model,
        int? learntLeftOut,
        string? card)
    {
        static double[] Ends(RateInterval interval) => [interval.Low, interval.High];
        var all = report.All;
        return new EvalJson(
            all.Trials, all.Targets, all.Speakers, all.Eer, Ends(all.EerInterval), all.MinDcf01, all.MinDcf05,
            all.ActDcf01, all.ActDcf05, all.Cllr, all.Threshold, all.Far, all.Frr,
            report.ByCorpus.ToDictionary(corpus => corpus.Key, corpus => new EvalCorpusJson(
                corpus.Value.Trials, corpus.Value.Targets, corpus.Value.Speakers, corpus.Value.Eer,
                Ends(corpus.Value.EerInterval), corpus.Value.MinDcf01, corpus.Value.MinDcf05)),
            [.. report.Durations.Select(row => new EvalDurationJson(
                row.Seconds, row.Figures.Trials, row.Figures.Targets, row.Figures.Speakers, row.Figures.Eer,
                Ends(row.Figures.EerInterval), row.WholeEer, row.EerByCorpus))],
            [.. report.Conditions.Select(row => new EvalConditionJson(
                ListeningConditions.NameOf(row.Condition), row.Refused, row.Utterances, row.TestOnly.Trials,
                row.TestOnly.Targets, row.TestOnly.Speakers, row.TestOnly.Eer, Ends(row.TestOnly.EerInterval), row.CleanEer,
                row.BothSides.Eer, Ends(row.BothSides.EerInterval), row.EerByCorpus))],
            report.Skipped.Count,
            model,
            learntLeftOut,
            [.. grid.Select(figure => new EvalCellJson(
                figure.Condition, figure.BothSides ? "both" : "test", figure.Seconds, figure.Trials, figure.Targets,
                figure.Rates.Together, figure.Rates.Mean, figure.Rates.Corpora!,
                figure.Against is { } other ? new EvalRatesJson(other.Together, other.Mean, other.Corpora!) : null))],
            reference is null ? null : new EvalAgainstJson(
                reference.Name, reference.Hash, reference.Report.All.Eer,
                reference.Report.ByCorpus.ToDictionary(corpus => corpus.Key, corpus => corpus.Value.Eer)),
            card);
    }

    private static Table Tabulate<T>(
        string first, string[] headings, IEnumerable<(string Name, T Figures)> rows, Func<T, string[]> cells)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn(first);
        foreach (var heading in headings)
        {
            table.AddColumn(new TableColumn(heading).RightAligned());
        }

        foreach (var (name, figures) in rows)
        {
            table.AddRow([Markup.Escape(name), .. cells(figures)]);
        }

        return table;
    }
}
