using System.Globalization;
using Speaker.CommandLine;
using Speaker.Evaluation;
using Speaker.Host.Cli;
using Speaker.Metrics;
using Spectre.Console;

namespace Speaker.Host.Presentation;

/// <summary>The figures of <c>eval</c> as tables or as JSON.</summary>
internal static class EvalPresenter
{
    /// <param name="learntLeftOut">Speakers left out because the model learnt from them; null where it is not
    /// known.</param>
    public static void Show(
        EvaluationReport report, string model, double targetFar, int? learntLeftOut, VerbOutput output)
    {
        if (output.Json)
        {
            VerbOutput.WriteJson(ToJson(report, model, learntLeftOut), JsonContracts.Output.EvalJson);
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
                report.Conditions.Select(row => (NameOf(row.Condition), row)), row =>
                [
                    Percent((double)row.Refused / row.Utterances), Percent(row.TestOnly.Eer),
                    Interval(row.TestOnly.EerInterval), Percent(row.BothSides.Eer), Interval(row.BothSides.EerInterval),
                    Percent(row.CleanEer),
                ]));
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

    /// <summary>As the command line takes it.</summary>
    public static string NameOf(ListeningCondition condition) => condition.ToString().ToLowerInvariant();

    public static string Seconds(double seconds) => seconds.ToString("0.### s", CultureInfo.InvariantCulture);

    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Percent(double? value) => value?.ToString("0.0%", CultureInfo.InvariantCulture) ?? "-";

    public static string Interval(RateInterval interval) => $"{Percent(interval.Low)} - {Percent(interval.High)}";

    public static string Number(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-";

    private static EvalJson ToJson(EvaluationReport report, string model, int? learntLeftOut)
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
                NameOf(row.Condition), row.Refused, row.Utterances, row.TestOnly.Trials, row.TestOnly.Targets,
                row.TestOnly.Speakers, row.TestOnly.Eer, Ends(row.TestOnly.EerInterval), row.CleanEer,
                row.BothSides.Eer, Ends(row.BothSides.EerInterval), row.EerByCorpus))],
            report.Skipped.Count,
            model,
            learntLeftOut);
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
