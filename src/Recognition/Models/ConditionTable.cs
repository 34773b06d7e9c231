using Speaker.Calibration;

namespace Speaker.Models;

/// <summary>Equal error rates of one set of trials; fractions.</summary>
/// <param name="Together">Of all trials under one threshold.</param>
/// <param name="Mean">Of the corpora, each of which counts once.</param>
/// <param name="Corpora">Of each corpus alone.</param>
internal sealed record ConditionRates(double Together, double Mean, IReadOnlyDictionary<string, double> Corpora);

/// <summary>What is left of the accuracy with so much speech under a condition.</summary>
/// <param name="Condition"><see cref="ConditionTable.AsRecorded"/>, or a condition as <c>eval</c> names it.</param>
/// <param name="BothSides">Whether both recordings of a trial are under it; otherwise the test recording alone.</param>
/// <param name="Seconds">Of speech that both recordings are cut to; null: whole.</param>
/// <param name="Trials">Target and impostor trials.</param>
/// <param name="Targets">Target trials.</param>
/// <param name="Rates">Of the model.</param>
/// <param name="Against">Of the reference on the same trials; null without one.</param>
internal sealed record ConditionFigure(
    string Condition, bool BothSides, double? Seconds, long Trials, long Targets, ConditionRates Rates,
    ConditionRates? Against = null)
{
    /// <summary>The condition and which sides it is on, for people.</summary>
    public string Row => Condition == ConditionTable.AsRecorded ? Condition
        : $"{Condition}, {(BothSides ? "both sides" : "test only")}";
}

/// <summary>Error rates by condition and seconds of speech.</summary>
/// <param name="MeasuredOn">Whose recordings, in words.</param>
/// <param name="Against">Name of the reference model; null without one.</param>
/// <param name="Figures">Those that there are trials for.</param>
internal sealed record ConditionTable(string MeasuredOn, string? Against, IReadOnlyList<ConditionFigure> Figures)
{
    /// <summary>The <see cref="ConditionFigure.Condition"/> of recordings that nothing was done to.</summary>
    public const string AsRecorded = ConditionTrials.AsRecorded;

    /// <summary>Lengths that the figures are of, shortest first; null, the last, is whole.</summary>
    public static IReadOnlyList<double?> Lengths(IReadOnlyList<ConditionFigure> figures) =>
        [.. figures.Select(figure => figure.Seconds).Distinct().OrderBy(seconds => seconds ?? double.MaxValue)];
}
