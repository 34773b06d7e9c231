using Speaker.CommandLine.Reports;
using Speaker.Training.Runs;
using Speaker.Training.Studies;

namespace Speaker.Train.Studies;

/// <summary>The page of a study: for each claim what it asks, the figures, a plot and what they show.</summary>
internal static class StudyReport
{
    private const string Rate = "EER, mean of the corpora, %";

    public static HtmlReport Of(StudyResult result) => new(
        "Claims about triplets, rerun",
        StudyPresenter.Subject(result.Subject),
        [
            .. result.Claims.Select(Section),
            .. result.Cost is { } cost ? [Section(cost)] : (ReportSection[])[],
        ]);

    private static ReportSection Section(ClaimResult claim) => new(claim.Claim.Name,
    [
        new ReportText($"{claim.Claim.Question} ({claim.Claim.Source})"),
        new ReportPlot(PlotOf(claim)),
        new ReportTable(StudyPresenter.Headings, [.. claim.Variants.Select(StudyPresenter.Cells)]),
        .. Findings.Of(claim).Select(finding => new ReportText(finding)),
    ]);

    private static Plot PlotOf(ClaimResult claim)
    {
        // A number has a scale; kinds stand side by side.
        var numbers = claim.Variants.All(variant => variant.Variant.Value is not null);
        double[] places =
        [
            .. claim.Variants.Select((variant, i) => numbers ? variant.Variant.Value!.Value : i),
        ];
        var axis = numbers
            ? new PlotAxis(claim.Claim.Name) { Scale = PlotScale.Logarithmic }
            : new PlotAxis("") { Categories = [.. claim.Variants.Select(variant => variant.Variant.Name)] };
        return new Plot(claim.Claim.Name, axis, new PlotAxis(Rate),
        [
            new PlotSeries(
                "mean, 95 %", numbers ? PlotStyle.Marked : PlotStyle.Points, places,
                [.. claim.Variants.Select(variant => 100 * variant.Eer)])
            {
                Low = [.. claim.Variants.Select(variant => 100 * variant.Interval.Low)],
                High = [.. claim.Variants.Select(variant => 100 * variant.Interval.High)],
                Emphasised = true,
            },
            new PlotSeries(
                "each seed", PlotStyle.Points,
                [.. claim.Variants.SelectMany((variant, i) => variant.Runs.Select(_ => places[i]))],
                [.. claim.Variants.SelectMany(variant => variant.Runs.Select(run => 100 * run.Eer))]),
            .. claim.Variants[0].EerByCorpus.Keys.Select(corpus => new PlotSeries(
                corpus, PlotStyle.Points, places,
                [.. claim.Variants.Select(variant => 100 * variant.EerByCorpus[corpus])])),
        ]);
    }

    private static ReportSection Section(MiningCost cost)
    {
        double[] batches = [.. cost.Times.Select(times => (double)times.Batch)];
        return new ReportSection(MiningCost.Name,
        [
            new ReportText(StudyPresenter.CostQuestion(cost)),
            new ReportPlot(new Plot(
                MiningCost.Name,
                new PlotAxis("crops in the batch") { Scale = PlotScale.Logarithmic },
                new PlotAxis("milliseconds") { Scale = PlotScale.Logarithmic },
                [
                    new PlotSeries(
                        "training step", PlotStyle.Marked, batches,
                        [.. cost.Times.Select(times => times.StepMilliseconds)])
                    {
                        Emphasised = true,
                    },
                    .. cost.Times[0].MiningMilliseconds.Keys.Select(miner => new PlotSeries(
                        miner, PlotStyle.Marked, batches,
                        [.. cost.Times.Select(times => times.MiningMilliseconds[miner])])),
                ])),
            new ReportTable(StudyPresenter.CostHeadings(cost), [.. StudyPresenter.CostRows(cost)]),
            .. Findings.Of(cost).Select(finding => new ReportText(finding)),
        ]);
    }
}
