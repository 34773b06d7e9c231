using System.Text.Json.Serialization;
using Speaker.Scoring;

namespace Speaker.Calibration;

/// <summary>What is known of a trial beside its distance and moves the distances of strangers.</summary>
internal enum TrialMeasure
{
    /// <summary>Natural logarithm of the seconds of speech of the shorter side.</summary>
    Shorter,

    /// <summary>Of the side with more noise, dB.</summary>
    SignalToNoise,

    /// <summary>Of the side with the narrower band, kHz.</summary>
    Bandwidth,

    /// <summary>By how much the other side's band is wider, kHz: strangers heard under two conditions are farther from each
    /// other than under one.</summary>
    BandwidthGap,

    /// <summary>How far both sides lie from their nearest members of the cohort, mean of the two.</summary>
    CohortMean,

    /// <summary>By how much the sides differ in their mean distance: more where one is worse than the other.</summary>
    CohortGap,
}

/// <summary>A measure with the range of the trials that the lines were fitted to: it is cut to that, as a straight line
/// says nothing beyond it.</summary>
/// <param name="Measure">Which.</param>
/// <param name="Centre">Mean; a trial where the measure is unknown counts as one there.</param>
/// <param name="Low">Second percentile.</param>
/// <param name="High">98th percentile.</param>
internal sealed record MeasureRange(TrialMeasure Measure, double Centre, double Low, double High)
{
    /// <summary>What a weight is multiplied by.</summary>
    public double Deviation(TrialQuality quality) =>
        Of(Measure, quality) is { } known ? Math.Clamp(known, Low, High) - Centre : 0;

    /// <summary>The measure of a trial; null where it is unknown.</summary>
    public static double? Of(TrialMeasure measure, TrialQuality quality) => measure switch
    {
        TrialMeasure.Shorter => Math.Log(Math.Min(quality.EnrolSeconds, quality.TestSeconds)),
        TrialMeasure.SignalToNoise => quality.SignalToNoise,
        TrialMeasure.Bandwidth => quality.Bandwidth / 1000,
        TrialMeasure.BandwidthGap => quality.BandwidthGap / 1000,
        TrialMeasure.CohortMean => quality.CohortMean,
        TrialMeasure.CohortGap => quality.CohortGap,
        _ => throw new ArgumentOutOfRangeException(nameof(measure), measure, "no measure"),
    };
}

/// <summary>A straight line over the measures: offset plus weights times deviations.</summary>
/// <param name="Offset">Where every measure is at its centre.</param>
/// <param name="Weights">One for each measure, in their order.</param>
internal sealed record MeasureLine(double Offset, IReadOnlyList<double> Weights)
{
    public double At(IReadOnlyList<double> deviations)
    {
        var sum = Offset;
        for (var i = 0; i < Weights.Count; i++)
        {
            sum += Weights[i] * deviations[i];
        }

        return sum;
    }
}

/// <summary>The threshold of one false-accept rate.</summary>
/// <param name="TargetFar">Above 0, below 1.</param>
/// <param name="Threshold">The distance below which that share of the strangers lies, by the measures.</param>
/// <param name="Surplus">By how much the typical right speaker lies beyond the threshold, by the measures that the
/// speaker can change: below 0 is within it.</param>
/// <param name="Reach">How much farther than the typical one nineteen of twenty right speakers lie at most.</param>
internal sealed record TrialThreshold(double TargetFar, MeasureLine Threshold, MeasureLine Surplus, double Reach);

/// <summary>
/// Thresholds that hold their false-accept rate whatever a trial is like. Strangers are nearer to each other in short,
/// noisy and narrow recordings than in others, so that one distance for all is passed too often in one condition and too
/// seldom in another. Here the threshold is a line over the trial's measures, fitted by
/// <see cref="QuantileRegression"/> to the impostor trials of every length and condition.
/// </summary>
/// <param name="Measures">That the weights are of.</param>
/// <param name="Rates">From the strictest on.</param>
/// <param name="Impostors">Impostor trials that they were fitted to, all conditions together.</param>
/// <param name="Speakers">In them.</param>
internal sealed record TrialThresholds(
    IReadOnlyList<MeasureRange> Measures, IReadOnlyList<TrialThreshold> Rates, long Impostors, int Speakers)
{
    /// <summary>More speech than this is not asked for: what it would be for is a better recording.</summary>
    private const double MostSeconds = 30;

    /// <summary>What the thresholds do in each condition, on speakers that they were not fitted to; null where nobody
    /// has measured it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ConditionRate>? Held { get; init; }

    /// <summary>The rate that <see cref="Held"/> is of.</summary>
    public double HeldRate { get; init; }

    /// <summary>Whether there is a line for exactly this rate.</summary>
    public bool Has(double targetFar) => Rates.Any(rate => rate.TargetFar == targetFar);

    /// <summary>The threshold of a trial; a stricter rate never has a laxer one.</summary>
    /// <param name="targetFar">One that there is a line for.</param>
    /// <param name="quality">Of the trial.</param>
    public double ThresholdFor(double targetFar, TrialQuality quality)
    {
        var deviations = Deviations(quality);
        return Rates.Where(rate => rate.TargetFar >= targetFar).Min(rate => rate.Threshold.At(deviations));
    }

    /// <summary>
    /// How many more seconds of speech the shorter side needs for the typical right speaker to be accepted. Null where
    /// the distance is decided: the typical right speaker would be accepted as it is, no right speaker is so far away, or
    /// more speech would not change it.
    /// </summary>
    /// <param name="targetFar">One that there is a line for.</param>
    /// <param name="quality">Of the trial.</param>
    /// <param name="beyond">By how much the distance is beyond the trial's threshold, above 0.</param>
    public double? MissingSeconds(double targetFar, TrialQuality quality, double beyond)
    {
        var rate = Rates.First(row => row.TargetFar == targetFar);
        var typical = rate.Surplus.At(Deviations(quality));
        if (typical <= 0 || beyond > typical + rate.Reach)
        {
            return null;
        }

        var place = Measures.ToList().FindIndex(range => range.Measure == TrialMeasure.Shorter);
        var weight = place < 0 ? 0 : rate.Surplus.Weights[place];
        if (weight >= 0)
        {
            return null;
        }

        // The line goes on beyond the lengths that were seen, but the trial's own length is cut to them.
        var seconds = Math.Min(quality.EnrolSeconds, quality.TestSeconds);
        var needed = Math.Exp(
            Math.Clamp(Math.Log(seconds), Measures[place].Low, Measures[place].High) - (typical / weight));
        return needed > seconds && needed <= MostSeconds ? needed - seconds : null;
    }

    /// <exception cref="ModelException">A part is missing or does not fit another.</exception>
    public void Validate()
    {
        if (Measures is null || Rates is not { Count: > 0 } || Measures.Any(range => range is null)
            || Rates.Any(rate => rate is not { TargetFar: > 0 and < 1 }
                || rate.Threshold?.Weights?.Count != Measures.Count || rate.Surplus?.Weights?.Count != Measures.Count))
        {
            throw new ModelException(
                "the model card's trialThresholds need measures, rates above 0 and below 1, and a weight for each measure; " +
                "copy the model again");
        }
    }

    private double[] Deviations(TrialQuality quality) => [.. Measures.Select(range => range.Deviation(quality))];
}

/// <summary>What a threshold does in one condition, on speakers that calibrated nothing.</summary>
/// <param name="Condition">As the condition table names it.</param>
/// <param name="BothSides">Whether both recordings are under it; otherwise the test recording alone.</param>
/// <param name="Seconds">Of speech that both recordings are cut to; null: whole.</param>
/// <param name="Impostors">Impostor trials.</param>
/// <param name="Far">Share of them accepted, mean over the corpora.</param>
/// <param name="Frr">Share of the right speakers refused, mean over the corpora; null where there are no such
/// trials.</param>
/// <param name="OneThresholdFar">The same share with one threshold for every trial, set on the recordings as they
/// are.</param>
internal sealed record ConditionRate(
    string Condition, bool BothSides, double? Seconds, long Impostors, double Far, double? Frr, double OneThresholdFar);
