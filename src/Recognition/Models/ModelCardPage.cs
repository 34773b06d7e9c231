using System.Globalization;
using System.Text;
using Speaker.Audio.Features;
using Speaker.Audio.Validation;
using Speaker.Calibration;

namespace Speaker.Models;

/// <summary>A model card for people: the same facts as NAME.json, as Markdown.</summary>
internal static class ModelCardPage
{
    /// <returns>UTF-8, without a byte order mark.</returns>
    public static byte[] Of(ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        var page = new StringBuilder();
        AppendHead(page, card);
        AppendFigures(page, card);
        AppendConditions(page, card.Conditions);
        AppendThresholds(page, card);
        AppendLimitations(page, card);
        AppendTraining(page, card);
        return System.Text.Encoding.UTF8.GetBytes(page.ToString());
    }

    private static void AppendHead(StringBuilder page, ModelCard card)
    {
        var (frontEnd, encoder) = (card.FrontEnd, card.Encoder);
        page.AppendLine(Invariant, $"# {card.Name}");
        page.AppendLine();
        page.AppendLine(Invariant,
            $"Turns a voice into {encoder.Dimension} numbers of unit length. Their distance is 1 - cosine");
        page.AppendLine(card.AsNorm is { } asNorm
            ? string.Create(Invariant,
                $"of the two, normalised by the {asNorm.Top} nearest of {asNorm.Speakers:#,0} other voices " +
                $"({asNorm.Source}).")
            : "of the two.");
        page.AppendLine();
        page.AppendLine(Invariant, $"| | |");
        page.AppendLine(Invariant, $"|---|---|");
        page.AppendLine(Invariant,
            $"| input | {frontEnd.SampleRate:#,0} Hz mono, speech frames only, {frontEnd.Cepstra} cepstra of " +
            $"{frontEnd.MelBands} mel bands from {frontEnd.LowFrequency:0} to {frontEnd.HighFrequency:#,0} Hz |");
        page.AppendLine(Invariant,
            $"| network | {WithBranches(encoder)} |");
        page.AppendLine(Invariant, $"| weights | SHA-256 {card.WeightsSha256} |");
        foreach (var origin in card.Origins ?? [])
        {
            page.AppendLine(Invariant, $"| origin | {origin.Source}; licence {origin.Licence}; {origin.Changes} |");
        }
    }

    private static string WithBranches(EncoderSpecification encoder) =>
        (encoder.Branches > 1 ? $"{encoder.Branches} branches: " : "") + Network(encoder);

    private static string Network(EncoderSpecification encoder) => encoder.Architecture switch
    {
        EncoderArchitecture.ResNet34 => string.Create(Invariant,
            $"ResNet of {string.Join(", ", encoder.BlocksOfStages)} blocks from {encoder.Width} channels, statistics " +
            $"pooling"),
        EncoderArchitecture.Joined => $"{string.Join("; ", encoder.Parts!.Select(WithBranches))}; joined by a linear layer",
        _ => string.Create(Invariant,
            $"convolutions of width {encoder.Width}, dilations {string.Join(", ", encoder.Dilations)}, attentive " +
            $"statistics pooling"),
    };

    private static void AppendFigures(StringBuilder page, ModelCard card)
    {
        if (card.Figures.Count == 0)
        {
            return;
        }

        Heading(page, "Measured");
        page.AppendLine(
            "| | EER | 95 % interval | minDCF 0.01 | minDCF 0.05 | speakers | target trials | trials |");
        page.AppendLine(Invariant, $"|---|---|---|---|---|---|---|---|");
        foreach (var figure in card.Figures)
        {
            page.AppendLine(Invariant,
                $"| {figure.Name} | {figure.Eer:0.0%} | {figure.EerInterval[0]:0.0%} to {figure.EerInterval[1]:0.0%} | " +
                $"{figure.MinDcf01:0.000} | {figure.MinDcf05:0.000} | {figure.Speakers:#,0} | {figure.Targets:#,0} | " +
                $"{figure.Trials:#,0} |");
        }

        page.AppendLine();
        page.AppendLine("At the EER, right speakers are refused as often as strangers are accepted. The interval is");
        page.AppendLine("from a bootstrap over speakers.");
    }

    private static void AppendConditions(StringBuilder page, ConditionTable? table)
    {
        if (table is null)
        {
            return;
        }

        Heading(page, "Less speech and worse recordings");
        var lengths = ConditionTable.Lengths(table.Figures);
        page.AppendLine(Invariant, $"| EER | {string.Join(" | ", lengths.Select(Length))} |");
        page.AppendLine(Invariant, $"|---|{string.Concat(lengths.Select(_ => "---|"))}");
        foreach (var row in table.Figures.GroupBy(figure => figure.Name, StringComparer.Ordinal))
        {
            page.AppendLine(Invariant, $"| {row.Key} | {string.Join(" | ", lengths.Select(
                seconds => row.FirstOrDefault(figure => figure.Seconds == seconds) is { } figure
                    ? Rates(figure.Rates.Mean, figure.Against?.Mean)
                    : "-"))} |");
        }

        page.AppendLine(Invariant, $"| target trials, clean | {string.Join(" | ", lengths.Select(
            seconds => table.Figures.FirstOrDefault(figure => figure.Condition == ConditionTable.AsRecorded
                && figure.Seconds == seconds) is { } figure ? figure.Targets.ToString("#,0", Invariant) : "-"))} |");
        page.AppendLine();
        page.AppendLine("The mean of the corpora. Both recordings of a trial are cut to so many seconds of speech; recordings");
        page.AppendLine("with less as recorded are in no trial of a column. The condition is on the test recording only, or on");
        page.AppendLine(table.Against is { } reference
            ? string.Create(Invariant, $"both. In brackets: {reference} on the same trials. Measured on {table.MeasuredOn}.")
            : string.Create(Invariant, $"both. Measured on {table.MeasuredOn}."));
        if (table.Figures.FirstOrDefault(figure => figure.IsWholeAsRecorded) is { Rates.Corpora: { } corpora } whole)
        {
            page.AppendLine();
            page.AppendLine("| EER, whole and clean | |");
            page.AppendLine("|---|---|");
            foreach (var (corpus, rate) in corpora)
            {
                double? other = whole.Against?.Corpora is { } others && others.TryGetValue(corpus, out var known)
                    ? known
                    : null;
                page.AppendLine(Invariant, $"| {corpus} | {Rates(rate, other)} |");
            }
        }
    }

    private static string Length(double? seconds) =>
        seconds is { } some ? string.Create(Invariant, $"{some:0.###} s") : "whole";

    private static string Rates(double model, double? reference) => reference is { } other
        ? string.Create(Invariant, $"{model:0.0%} ({other:0.0%})")
        : string.Create(Invariant, $"{model:0.0%}");

    private static void AppendThresholds(StringBuilder page, ModelCard card)
    {
        Heading(page, "Thresholds");
        if (card.Calibration.Count == 0)
        {
            page.AppendLine(Invariant, $"None. Run `speaker calibrate` to set them on your own trials.");
            return;
        }

        page.AppendLine(
            "| false accepts | accept at or below | right speakers refused | 95 % interval | impostor trials |");
        page.AppendLine(Invariant, $"|---|---|---|---|---|");
        foreach (var point in card.Calibration)
        {
            var interval = point.FrrInterval is { Count: 2 } ends
                ? string.Create(Invariant, $"{ends[0]:0.0%} to {ends[1]:0.0%}")
                : "";
            var trials = point.ImpostorTrials > 0
                ? string.Create(Invariant, $"{point.ImpostorTrials:#,0}")
                : "not measured";
            page.AppendLine(Invariant,
                $"| {point.TargetFar:0.####%} | {point.Threshold:0.000} | {point.Frr:0.0%} | {interval} | {trials} |");
        }

        foreach (var row in card.WithinSpeaker ?? [])
        {
            if (row.FromSeconds == 0)
            {
                page.AppendLine();
                page.AppendLine(Invariant, $"| speech in the shorter recording | {WithinSpeakerSpread.Share:0%} of one " +
                    $"speaker's within | trials | speakers |");
                page.AppendLine(Invariant, $"|---|---|---|---|");
            }

            page.AppendLine(Invariant,
                $"| from {row.FromSeconds:0.#} s | {row.Distance:0.000} | {row.Trials:#,0} | {row.Speakers:#,0} |");
        }

        if (card.CalibratedOn is { } on)
        {
            page.AppendLine();
            page.AppendLine(Invariant, $"Calibrated on {on}.");
        }

        AppendTrialThresholds(page, card);
    }

    private static void AppendTrialThresholds(StringBuilder page, ModelCard card)
    {
        if (card.TrialThresholds is not { } thresholds)
        {
            return;
        }

        page.AppendLine();
        page.AppendLine("These are for recordings as they are. A trial's own threshold moves with");
        page.AppendLine(Invariant,
            $"{string.Join(", ", thresholds.Measures.Select(range => Name(range.Measure)))}, and was fitted to");
        page.AppendLine(Invariant,
            $"{thresholds.Impostors:#,0} impostor trials of {thresholds.Speakers:#,0} speakers, short and whole, as " +
            $"recorded and changed.");
        if (thresholds.Held is not { Count: > 0 } held)
        {
            return;
        }

        page.AppendLine();
        page.AppendLine(Invariant,
            $"False accepts where {thresholds.HeldRate:0.####%} are asked for, on speakers that the threshold was not set");
        page.AppendLine("on, mean over corpora; in brackets with one threshold for all trials, set on recordings as they are:");
        page.AppendLine();
        var lengths = held.Select(rate => rate.Seconds).Distinct().OrderBy(seconds => seconds ?? double.MaxValue)
            .ToArray();
        page.AppendLine(Invariant, $"| | {string.Join(" | ", lengths.Select(Length))} |");
        page.AppendLine(Invariant, $"|---|{string.Concat(Enumerable.Repeat("---|", lengths.Length))}");
        foreach (var row in held.GroupBy(rate => (rate.Condition, rate.BothSides)))
        {
            var name = row.Key.Condition == ConditionTable.AsRecorded
                ? row.Key.Condition
                : $"{row.Key.Condition}, {(row.Key.BothSides ? "both sides" : "test only")}";
            var cells = lengths.Select(seconds => row.FirstOrDefault(rate => rate.Seconds == seconds) is { } rate
                ? string.Create(Invariant, $"{rate.Far:0.00%} ({rate.OneThresholdFar:0.00%})")
                : "");
            page.AppendLine(Invariant, $"| {name} | {string.Join(" | ", cells)} |");
        }
    }

    private static string Name(TrialMeasure measure) => measure switch
    {
        TrialMeasure.Shorter => "the seconds of speech",
        TrialMeasure.SignalToNoise => "the noise",
        TrialMeasure.Bandwidth => "the band",
        TrialMeasure.BandwidthGap => "how much wider one side's band is",
        TrialMeasure.CohortMean => "the distance to the cohort",
        TrialMeasure.CohortGap => "how much the sides differ in their distance to the cohort",
        _ => throw new ArgumentOutOfRangeException(nameof(measure), measure, "no measure"),
    };

    private static void AppendLimitations(StringBuilder page, ModelCard card)
    {
        if (card.Limitations is not { Count: > 0 } limitations)
        {
            return;
        }

        Heading(page, "Limitations");
        foreach (var sentence in limitations)
        {
            page.AppendLine(Invariant, $"- {sentence}");
        }
    }

    private static void AppendTraining(StringBuilder page, ModelCard card)
    {
        if (card.Training is not { } training)
        {
            return;
        }

        Heading(page, "Training");
        page.AppendLine(Invariant, $"| corpus | licence | speakers | utterances | hours |");
        page.AppendLine(Invariant, $"|---|---|---|---|---|");
        foreach (var corpus in training.Corpora)
        {
            page.AppendLine(Invariant,
                $"| {corpus.Name} | {corpus.Licence} | {corpus.Speakers:#,0} | {corpus.Utterances:#,0} | " +
                $"{corpus.Seconds / 3600:0.0} |");
        }

        AppendRun(page, training);
    }

    /// <summary>A run after those that it started from.</summary>
    private static void AppendRun(StringBuilder page, TrainingSummary run)
    {
        foreach (var earlier in run.From ?? [])
        {
            AppendRun(page, earlier);
        }

        page.AppendLine();
        page.AppendLine(run.Steps == 0
            ? "Joined without further training:"
            : string.Create(Invariant,
                $"{Plural.Of(run.Steps, "step")} ({run.Epochs:0.0} epochs), " +
                $"{Plural.Of((long)Math.Round(run.Seconds / 60, MidpointRounding.AwayFromZero), "minute")}, " +
                $"seed {run.Seed}:"));
        page.AppendLine();
        page.AppendLine(Invariant, $"    {run.Command}");
    }

    private static void Heading(StringBuilder page, string text) => page.Append("\n## ").Append(text).Append("\n\n");

    private static CultureInfo Invariant => CultureInfo.InvariantCulture;
}
