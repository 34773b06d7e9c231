using System.Globalization;
using Speaker.Audio.Features;
using Speaker.Audio.Validation;
using Speaker.CommandLine.Reports;
using Speaker.Corpora;
using Speaker.Evaluation;
using Speaker.Inference;
using Speaker.Metrics;
using Speaker.Models;
using static Speaker.Host.Presentation.EvalPresenter;

namespace Speaker.Host.Presentation;

/// <summary>The page of <c>eval --report</c>.</summary>
internal static class EvaluationPage
{
    /// <summary>Rates beyond which a DET curve is seldom looked at, and of which few corpora can speak.</summary>
    private const double LowestRate = 0.001;
    private const double HighestRate = 0.8;

    /// <param name="report">With its drawings.</param>
    /// <param name="encoder">What was measured.</param>
    /// <param name="targetFar">Of the threshold.</param>
    /// <param name="source">The corpus or the list of trials.</param>
    public static HtmlReport Create(EvaluationReport report, VoiceEncoder encoder, double targetFar, string source)
    {
        var drawings = report.Drawings ?? throw new ArgumentException("There are no drawings.", nameof(report));
        var sections = new List<ReportSection> { Summary(report, targetFar), Corpora(report) };
        if (report.Durations.Count > 0)
        {
            sections.Add(Durations(report));
        }

        if (report.Conditions.Count > 0)
        {
            sections.Add(Conditions(report));
        }

        if (report.Durations.Count > 0 && report.Conditions.Count > 0)
        {
            sections.Add(Grid(report.Grid));
        }

        sections.Add(Trade(drawings));
        sections.Add(Scores(drawings, report.All.Threshold, targetFar));
        sections.Add(Map(drawings.Map));
        sections.Add(Model(encoder));
        return new HtmlReport(
            $"How well {encoder.Card.Name} tells voices apart",
            $"{source}: {Plural.Of(report.All.Speakers, "speaker")}, {Count(report.All.Targets)} target and "
            + $"{Plural.Of(report.All.Trials - report.All.Targets, "impostor trial")}; model {encoder.Hash[..12]}",
            sections);
    }

    private static ReportSection Summary(EvaluationReport report, double targetFar)
    {
        var all = report.All;
        var mean = report.ByCorpus.Values.Average(figures => figures.Eer);
        var figures = new List<HeadlineFigure>
        {
            new("equal error rate, together", Percent(all.Eer), $"95 %: {Interval(all.EerInterval)}"),
            new("mean of the corpora", Percent(mean),
                $"{Plural.Of(report.ByCorpus.Count, "corpus", "corpora")}, each counts once"),
        };
        if (all is { Far: { } far, Frr: { } frr, Threshold: { } threshold })
        {
            figures.Add(new("false accepts at the threshold", Percent(far), $"asked for: {Rate(targetFar)}"));
            figures.Add(new("misses at the threshold", Percent(frr), $"accepted: {Number(threshold)} or less"));
        }

        figures.Add(new("minDCF 0.01", Number(all.MinDcf01), $"in use (actDCF): {Number(all.ActDcf01)}"));
        figures.Add(new("Cllr", Number(all.Cllr), "bits; 0 is perfect, 1 gives no information"));
        var worst = report.ByCorpus.MaxBy(corpus => corpus.Value.Eer);
        var best = report.ByCorpus.MinBy(corpus => corpus.Value.Eer);
        return new ReportSection("Summary",
        [
            new ReportHeadline(figures),
            new ReportText(
                $"At the equal error rate of {Percent(all.Eer)} the system rejects {OneIn(all.Eer)} recordings of " +
                "the right speaker and accepts as large a share of those of somebody else. The interval covers " +
                "chance in who was recorded: 95 of 100 draws of as many of these speakers lie in it. It does not " +
                "cover speakers, languages or microphones that are unlike those measured here."),
            new ReportText(report.ByCorpus.Count > 1
                ? $"The corpora differ: {best.Key} has {Percent(best.Value.Eer)}, {worst.Key} " +
                  $"{Percent(worst.Value.Eer)}. Judge by the one that is most like your own recordings. Impostors " +
                  "are always from the same corpus as the target, so that the corpus never tells them apart."
                : "Impostors are from the same recordings as the targets."),
            new ReportText(
                $"Left out, because no speech was found: {Plural.Of(report.Skipped.Count, "recording")}."),
        ]);
    }

    private static ReportSection Corpora(EvaluationReport report)
    {
        var rows = report.ByCorpus
            .Select(pair => Row(report.Pieces.Contains(pair.Key) ? pair.Key + " *" : pair.Key, pair.Value)).ToList();
        if (rows.Count != 1)
        {
            rows.Add(Row("together", report.All));
        }

        List<ReportBlock> blocks =
        [
            new ReportTable(
            [
                "corpus", "speakers", "targets", "trials", "EER", "95 %", "FAR", "FRR", "minDCF .01", "minDCF .05",
                "actDCF .01", "actDCF .05", "Cllr",
            ], rows),
        ];
        if (report.Pieces.Count > 0)
        {
            blocks.Add(new ReportText(
                "* One recording a speaker: its trials are between pieces of one recording, in one session, and " +
                "easier than real ones."));
        }

        return new ReportSection("Corpora", blocks);
    }

    private static string[] Row(string name, EvaluationFigures figures) =>
    [
        name, Count(figures.Speakers), Count(figures.Targets), Count(figures.Trials), Percent(figures.Eer),
        Interval(figures.EerInterval), Percent(figures.Far), Percent(figures.Frr), Number(figures.MinDcf01),
        Number(figures.MinDcf05), Number(figures.ActDcf01), Number(figures.ActDcf05), Number(figures.Cllr),
    ];

    private static ReportSection Durations(EvaluationReport report) => new("Less speech",
    [
        new ReportText(
            "A row has the utterances with at least so much speech, cut to it on both sides of the trial. The last " +
            "column has the same trials with nothing cut. Compare within a row only: other rows are of other " +
            "utterances."),
        new ReportTable(
            ["speech", "speakers", "targets", "trials", "EER", "95 %", "minDCF .01", "the same trials, whole"],
            [.. report.Durations.Select(row => (string[])
            [
                Seconds(row.Seconds), Count(row.Figures.Speakers), Count(row.Figures.Targets),
                Count(row.Figures.Trials), Percent(row.Figures.Eer), Interval(row.Figures.EerInterval),
                Number(row.Figures.MinDcf01), Percent(row.WholeEer),
            ])]),
        Matrix(report, [.. report.Durations.Select(row => (Seconds(row.Seconds), row.EerByCorpus))], "whole"),
    ]);

    private static ReportSection Conditions(EvaluationReport report) => new("Worse recordings",
    [
        new ReportText(
            "The recordings with noise 5, 10 or 15 dB below them, in a simulated room, over a telephone line, or " +
            "through Opus at 6 kbit/s; they then go through the speech detector and the front end again. \"Test " +
            "only\" enrols as recorded and tests under the condition, which is the usual case."),
        new ReportTable(
            [
                "condition", "refused", "EER, test only", "95 %", "EER, both sides", "95 %",
                "the same trials, as recorded",
            ],
            [.. report.Conditions.Select(row => (string[])
            [
                ListeningConditions.NameOf(row.Condition), $"{Count(row.Refused)} of {Count(row.Utterances)}",
                Percent(row.TestOnly.Eer),
                Interval(row.TestOnly.EerInterval), Percent(row.BothSides.Eer), Interval(row.BothSides.EerInterval),
                Percent(row.CleanEer),
            ])]),
        Matrix(
            report,
            [.. report.Conditions.Select(row => (ListeningConditions.NameOf(row.Condition), row.EerByCorpus))],
            "as recorded"),
    ]);

    private static ReportSection Grid(IReadOnlyList<ConditionFigure> grid)
    {
        var lengths = ConditionTable.Lengths(grid);
        return new ReportSection("Less speech in worse recordings",
        [
            new ReportText(
                "Equal error rates, the mean of the corpora. A column has the recordings with at least so much speech " +
                "as recorded, cut to it, or to what is heard of it under the condition."),
            new ReportTable(
                ["EER", .. lengths.Select(Length)],
                [.. grid.GroupBy(figure => figure.Name).Select(row => (string[])
                [
                    row.Key,
                    .. lengths.Select(seconds => Percent(
                        row.FirstOrDefault(figure => figure.Seconds == seconds)?.Rates.Mean)),
                ])]),
        ]);
    }

    /// <summary>Equal error rates, a corpus a row.</summary>
    private static ReportTable Matrix(
        EvaluationReport report,
        (string Name, IReadOnlyDictionary<string, double> Rates)[] columns,
        string last) => new(
        ["EER by corpus", .. columns.Select(column => column.Name), last],
        [.. report.ByCorpus.Select(corpus => (string[])
        [
            corpus.Key,
            .. columns.Select(column => Percent(column.Rates.TryGetValue(corpus.Key, out var rate) ? rate : null)),
            Percent(corpus.Value.Eer),
        ])]);

    private static ReportSection Trade(EvaluationDrawings drawings)
    {
        var curves = drawings.ByCorpus.Select(corpus => Curve(corpus.Key, corpus.Value)).ToList();
        if (curves.Count > 1)
        {
            curves.Add(Curve("together", drawings.All) with { Emphasised = true });
        }

        return new ReportSection("Misses against false accepts",
        [
            new ReportText(
                "Every threshold is a point: strict ones at the top left, lax ones at the bottom right. A better " +
                "system lies lower and further left. The axes are those of the normal distribution, on which curves " +
                "are nearly straight. Click a name to hide its curve, double-click it to hide all others."),
            new ReportPlot(new Plot(
                "DET curves",
                new PlotAxis("false accepts (FAR)") { Scale = PlotScale.Probit, Low = LowestRate, High = HighestRate },
                new PlotAxis("misses (FRR)") { Scale = PlotScale.Probit, Low = LowestRate, High = HighestRate },
                curves)
            { Height = 680, Square = true }),
        ]);
    }

    private static PlotSeries Curve(string name, ScoreCurves curves) => new(
        name, PlotStyle.Line, [.. curves.Det.Select(point => point.Far)], [.. curves.Det.Select(point => point.Frr)])
    {
        Labels = [.. curves.Det.Select(point => string.Create(CultureInfo.InvariantCulture,
            $"{name}: FAR {point.Far:0.##%}, FRR {point.Frr:0.##%} at {point.Threshold:0.000}"))],
    };

    private static ReportSection Scores(EvaluationDrawings drawings, double? threshold, double targetFar)
    {
        var plots = new List<Plot>();
        if (drawings.ByCorpus.Count > 1)
        {
            plots.AddRange(drawings.ByCorpus.Select(
                corpus => Histogram(corpus.Key, corpus.Value, threshold, small: true)));
        }

        return new ReportSection("Distances",
        [
            new ReportText(
                "The distances of target trials (one speaker) and of impostor trials (two speakers). The less the " +
                "two overlap, the better. Trials left of a threshold are accepted. \"Model\" is the model's " +
                $"threshold for {Rate(targetFar)} false accepts; at \"EER\" both errors are equally frequent; at " +
                "\"minDCF\" the cost at a target prior of 0.01 is least."),
            new ReportPlot(Histogram("all trials", drawings.All, threshold, small: false)),
            new ReportPlots(plots),
        ]);
    }

    private static Plot Histogram(string name, ScoreCurves curves, double? threshold, bool small)
    {
        var histogram = curves.Histogram;
        double Edge(int bin) => histogram.Start + (bin * histogram.Width);
        PlotSeries Bars(string kind, IReadOnlyList<double> shares) => new(
            kind, PlotStyle.Overlaid,
            [.. shares.Select((_, i) => (Edge(i) + Edge(i + 1)) / 2)],
            [.. shares.Select(share => 100 * share)])
        {
            Labels = [.. shares.Select((share, i) => string.Create(CultureInfo.InvariantCulture,
                $"{kind}: {share:0.##%} from {Edge(i):0.###} to {Edge(i + 1):0.###}"))],
        };
        var marks = new List<PlotMark>();
        if (threshold is { } own)
        {
            marks.Add(new PlotMark("model", own));
        }

        marks.Add(new PlotMark("EER", curves.EqualErrors.Threshold));
        if (!small && float.IsFinite(curves.LeastCost01.Threshold))
        {
            marks.Add(new PlotMark("minDCF", curves.LeastCost01.Threshold));
        }

        return new Plot(
            name, new PlotAxis("distance"), new PlotAxis("% of its kind"),
            [Bars("target", histogram.Targets), Bars("impostor", histogram.Impostors)])
        { Height = small ? 280 : 420, Marks = marks };
    }

    private static ReportSection Map(IReadOnlyList<MappedUtterance> map)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        int Number(string speaker)
        {
            if (!numbers.TryGetValue(speaker, out var number))
            {
                numbers.Add(speaker, number = numbers.Count);
            }

            return number;
        }

        var series = map.GroupBy(point => point.Corpus, StringComparer.Ordinal).Select(corpus => new PlotSeries(
            corpus.Key, PlotStyle.Points, [.. corpus.Select(point => point.X)], [.. corpus.Select(point => point.Y)])
        {
            Labels = [.. corpus.Select(point => $"{point.Speaker}: {Path.GetFileName(point.Name)}")],
            Groups = [.. corpus.Select(point => Number(point.Speaker))],
        });
        return new ReportSection("Map",
        [
            new ReportText(
                $"{Plural.Of(map.Count, "utterance")} on a plane (t-SNE), near each other if their embeddings are. " +
                "One colour is one speaker, one shape one corpus: a good encoder makes islands of one colour. Only " +
                "neighbours have a meaning; the size of islands and the distance between them have none."),
            new ReportPlot(new Plot(
                "map of the embeddings", new PlotAxis("") { Bare = true }, new PlotAxis("") { Bare = true },
                [.. series])
            { Height = 720, Square = true }),
        ]);
    }

    private static ReportSection Model(VoiceEncoder encoder)
    {
        var card = encoder.Card;
        var hop = 1000.0 * card.FrontEnd.HopLength / card.FrontEnd.SampleRate;
        List<ReportBlock> blocks =
        [
            new ReportTable([],
            [
                ["name", card.Name],
                ["hash", encoder.Hash],
                ["front end", string.Create(CultureInfo.InvariantCulture,
                    $"{card.FrontEnd.Cepstra} MFCC of {card.FrontEnd.MelBands} mel bands every {hop:0.#} ms, ")
                    + $"normalisation: {card.FrontEnd.Normalisation}"],
                ["embedding", $"{card.Encoder.Dimension} numbers, unit length"],
                ["distance", card.AsNorm is { } norm
                    ? $"1 - cosine, normalised by a cohort of {Count(norm.Speakers)} speakers (AS-norm)"
                    : "1 - cosine"],
                ["trained by", card.Training?.Command ?? "not known"],
            ],
            Words: true),
        ];
        if (card.Training is { } training)
        {
            blocks.Add(new ReportText("Trained on these recordings, which keep their licences:"));
            blocks.Add(new ReportTable(["corpus", "licence", "speakers", "utterances", "hours"],
            [
                .. training.Corpora.Select(corpus => (string[])
                [
                    corpus.Name, corpus.Licence, Count(corpus.Speakers), Count(corpus.Utterances),
                    (corpus.Seconds / 3600).ToString("0.0", CultureInfo.InvariantCulture),
                ]),
            ],
            Words: true));
        }

        return new ReportSection("Model", blocks);
    }

    private static string OneIn(double rate) => rate > 0
        ? string.Create(CultureInfo.InvariantCulture, $"about one in {Math.Max(1, Math.Round(1 / rate)):#,0} of the")
        : "none of these";

    private static string Rate(double rate) => rate.ToString("0.####%", CultureInfo.InvariantCulture);
}
