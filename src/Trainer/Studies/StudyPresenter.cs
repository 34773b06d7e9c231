using System.Globalization;
using Speaker.Audio.Validation;
using Speaker.CommandLine;
using Speaker.Metrics;
using Speaker.Training.Runs;
using Speaker.Training.Studies;
using Spectre.Console;

namespace Speaker.Train.Studies;

/// <summary>The figures of <c>study</c> as tables with drawn intervals, or as JSON.</summary>
internal static class StudyPresenter
{
    private const int PlotColumns = 60;

    public static void Show(StudyResult result, VerbOutput output)
    {
        if (output.Json)
        {
            VerbOutput.WriteJson(StudyContracts.Of(result), StudyContracts.Output.StudyJson);
            return;
        }

        output.Results.WriteLine(Subject(result.Subject));
        foreach (var claim in result.Claims)
        {
            Heading(output, claim.Claim.Name, $"{claim.Claim.Question} ({claim.Claim.Source})");
            output.Results.Write(Tabulate(claim));
            Draw(output, claim);
            List(output, Findings.Of(claim));
        }

        if (result.Cost is { } cost)
        {
            Heading(output, MiningCost.Name, CostQuestion(cost));
            output.Results.Write(Tabulate(cost));
            List(output, Findings.Of(cost));
        }
    }

    /// <summary>What the study was made on, in one line.</summary>
    public static string Subject(StudySubject subject) => Text(
        $"{Plural.Of(subject.Speakers, "training speaker")}, {Plural.Of(subject.Utterances, "utterance")}, {
            subject.Seconds / 3600:0.0} h; {Plural.Of(subject.HeldOutSpeakers, "held-out speaker")}, {
            Plural.Of(subject.Trials, "trial")}; {Plural.Of(subject.Seeds, "seed")}, {
            Plural.Of(subject.Steps, "step")} a run; for imbalance {
            subject.ShareOfTheFew:0%} of the utterances are of a tenth of the speakers");

    public static string CostQuestion(MiningCost cost) => Text(
        $"What does mining cost as the batch grows, beside a training step of the default network? (medians; {
            Plural.Of(cost.Threads, "thread")}; this machine at this hour)");

    public static IReadOnlyList<string> Headings { get; } =
        ["variant", "EER", "95 %", "seeds", "active", "d(a,p)", "d(a,n)"];

    /// <summary>A row of <see cref="Headings"/>.</summary>
    public static IReadOnlyList<string> Cells(VariantResult variant) =>
    [
        variant.Variant.Name,
        Percent(variant.Eer),
        Interval(variant.Interval),
        Interval(variant.Seeds),
        Percent(variant.Mean(run => run.ActiveFraction)),
        Number(variant.Mean(run => run.MeanPositive)),
        Number(variant.Mean(run => run.MeanNegative)),
    ];

    public static IReadOnlyList<string> CostHeadings(MiningCost cost) =>
        ["milliseconds at", .. cost.Times.Select(times => Text($"{times.Batch:#,0} crops"))];

    /// <summary>Rows of <see cref="CostHeadings"/>.</summary>
    public static IEnumerable<IReadOnlyList<string>> CostRows(MiningCost cost) =>
    [
        ["training step", .. cost.Times.Select(times => Text($"{times.StepMilliseconds:#,0}"))],
        .. cost.Times[0].MiningMilliseconds.Keys.Select(miner => (IReadOnlyList<string>)
            [miner, .. cost.Times.Select(times => Text($"{times.MiningMilliseconds[miner]:#,0.0}"))]),
    ];

    private static void Heading(VerbOutput output, string name, string text)
    {
        output.Results.WriteLine();
        output.Results.MarkupLine($"[bold]{Markup.Escape(name)}[/]");
        output.Results.WriteLine(text);
    }

    private static void List(VerbOutput output, IReadOnlyList<string> findings)
    {
        foreach (var finding in findings)
        {
            output.Results.WriteLine($"- {finding}");
        }
    }

    private static Table Tabulate(ClaimResult claim)
    {
        var table = New(Headings);
        foreach (var variant in claim.Variants)
        {
            table.AddRow([.. Cells(variant).Select(Markup.Escape)]);
        }

        return table;
    }

    private static Table Tabulate(MiningCost cost)
    {
        var table = New(CostHeadings(cost));
        foreach (var row in CostRows(cost))
        {
            table.AddRow([.. row]);
        }

        return table;
    }

    private static Table New(IReadOnlyList<string> headings)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn(headings[0]);
        foreach (var heading in headings.Skip(1))
        {
            table.AddColumn(new TableColumn(heading).RightAligned());
        }

        return table;
    }

    /// <summary>The rates and their intervals, one line a variant, on one scale.</summary>
    private static void Draw(VerbOutput output, ClaimResult claim)
    {
        var low = claim.Variants.Min(v => v.Interval.Low);
        var high = claim.Variants.Max(v => v.Interval.High);
        var names = claim.Variants.Max(v => v.Variant.Name.Length);
        foreach (var variant in claim.Variants)
        {
            output.Results.WriteLine($"{variant.Variant.Name.PadRight(names)} {Draw(variant, low, high)}");
        }

        var ends = $"{Percent(low)}{Percent(high).PadLeft(PlotColumns - Percent(low).Length)}";
        output.Results.WriteLine($"{new string(' ', names)} {ends}");
    }

    private static string Draw(VariantResult variant, double low, double high)
    {
        var line = new char[PlotColumns];
        Array.Fill(line, ' ');
        var (from, to) = (Place(variant.Interval.Low), Place(variant.Interval.High));
        Array.Fill(line, '─', from, to - from + 1);
        (line[from], line[to]) = ('├', '┤');
        line[Place(variant.Eer)] = '●';
        return new string(line).TrimEnd();

        int Place(double rate) => high > low
            ? Math.Clamp((int)Math.Round((rate - low) / (high - low) * (PlotColumns - 1)), 0, PlotColumns - 1)
            : 0;
    }

    private static string Percent(double value) =>
        double.IsFinite(value) ? value.ToString("0.0%", CultureInfo.InvariantCulture) : "-";

    private static string Number(double value) =>
        double.IsFinite(value) ? value.ToString("0.000", CultureInfo.InvariantCulture) : "-";

    private static string Interval(RateInterval interval) => Text(
        $"{100 * interval.Low:0.0} - {100 * interval.High:0.0}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
