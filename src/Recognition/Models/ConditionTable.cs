using System.Text.Json.Serialization;
using Speaker.Calibration;

namespace Speaker.Models;

/// <summary>Equal error rates of one set of trials; fractions.</summary>
/// <param name="Together">Of all trials under one threshold.</param>
/// <param name="Mean">Of the corpora, each of which counts once.</param>
/// <param name="Corpora">Of each corpus alone; null where it was not kept.</param>
internal sealed record ConditionRates(
    double Together,
    double Mean,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    IReadOnlyDictionary<string, double>? Corpora = null);

/// <summary>What is left of the accuracy with so much speech under a condition.</summary>
/// <param name="Condition"><see cref="ConditionTable.AsRecorded"/>, or a condition as <c>eval</c> names it.</param>
/// <param name="BothSides">Whether both recordings of a trial are under it; otherwise the test recording alone.</param>
/// <param name="Seconds">Of speech that both recordings are cut to; null: whole.</param>
/// <param name="Trials">Target and impostor trials.</param>
/// <param name="Targets">Target trials.</param>
/// <param name="Rates">Of the model.</param>
/// <param name="Against">Of the reference on the same trials; null without one.</param>
internal sealed record ConditionFigure(
    string Condition,
    bool BothSides,
    double? Seconds,
    long Trials,
    long Targets,
    ConditionRates Rates,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    ConditionRates? Against = null)
{
    /// <summary>The condition, and which sides of a trial it is on, for people.</summary>
    [JsonIgnore]
    public string Name => Condition == ConditionTable.AsRecorded ? Condition
        : $"{Condition}, {(BothSides ? "both sides" : "test only")}";

    internal bool IsWholeAsRecorded => Condition == ConditionTable.AsRecorded && Seconds is null;
}

/// <summary>Error rates by condition and seconds of speech.</summary>
/// <param name="MeasuredOn">Whose recordings, in words.</param>
/// <param name="Against">Name of the reference model; null without one.</param>
/// <param name="Figures">Those that there are trials for.</param>
internal sealed record ConditionTable(
    string MeasuredOn,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    string? Against,
    IReadOnlyList<ConditionFigure> Figures)
{
    /// <summary>The <see cref="ConditionFigure.Condition"/> of recordings that nothing was done to.</summary>
    public const string AsRecorded = ConditionTrials.AsRecorded;

    /// <summary>As a card keeps it: rates to a thousandth of a per cent, those of each corpus only of whole recordings as
    /// they are.</summary>
    public static ConditionTable ForCard(
        string measuredOn, string? against, IReadOnlyList<ConditionFigure> figures) => new(
        measuredOn, against,
        [
            .. figures.Select(figure => figure with
            {
                Rates = Brief(figure.Rates, figure.IsWholeAsRecorded),
                Against = figure.Against is { } reference ? Brief(reference, figure.IsWholeAsRecorded) : null,
            }),
        ]);

    /// <summary>Lengths that the figures are of, shortest first; null, the last, is whole.</summary>
    public static IReadOnlyList<double?> Lengths(IReadOnlyList<ConditionFigure> figures) =>
        [.. figures.Select(figure => figure.Seconds).Distinct().OrderBy(seconds => seconds ?? double.MaxValue)];

    private static ConditionRates Brief(ConditionRates rates, bool withCorpora)
    {
        // Finer than the page shows: a rate that is rounded twice may come out a tenth of a per cent too high.
        static double Round(double rate) => Math.Round(rate, 5);
        return new ConditionRates(
            Round(rates.Together),
            Round(rates.Mean),
            withCorpora ? rates.Corpora?.ToDictionary(corpus => corpus.Key, corpus => Round(corpus.Value)) : null);
    }
}
