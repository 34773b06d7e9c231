namespace Speaker.Scoring;

/// <summary>What is known of a trial beside its distance.</summary>
/// <param name="EnrolSeconds">Seconds of speech behind the claimed voice, above 0.</param>
/// <param name="TestSeconds">Seconds of speech put to the test, above 0.</param>
/// <param name="TestSignalToNoise">Of the sound put to the test, in dB; null where there was no noise to measure.</param>
internal readonly record struct TrialQuality(double EnrolSeconds, double TestSeconds, double? TestSignalToNoise)
{
    /// <summary>Of the side with more noise, in dB; null where neither had noise to measure.</summary>
    public double? SignalToNoise { get; init; } = TestSignalToNoise;

    /// <summary>Of the side with the narrower band, in hertz; null where neither is known.</summary>
    public double? Bandwidth { get; init; }

    /// <summary>By how much one side's band is wider than the other's, in hertz; null where either is unknown.</summary>
    public double? BandwidthGap { get; init; }

    /// <summary>Mean of both sides' distances to their cohorts; null without one.</summary>
    public double? CohortMean { get; init; }

    /// <summary>Between the means of the two; null without a cohort.</summary>
    public double? CohortGap { get; init; }

    /// <summary>Null where the seconds of a side are not known.</summary>
    public static TrialQuality? Of(TrialSide enrolled, TrialSide test)
    {
        ArgumentNullException.ThrowIfNull(enrolled);
        ArgumentNullException.ThrowIfNull(test);
        return enrolled.SpeechSeconds is { } enrol && test.SpeechSeconds is { } seconds
            ? new TrialQuality(enrol, seconds, test.SignalToNoise)
            {
                SignalToNoise = Lesser(enrolled.SignalToNoise, test.SignalToNoise),
                Bandwidth = Lesser(enrolled.Bandwidth, test.Bandwidth),
                BandwidthGap = enrolled.Bandwidth is { } band && test.Bandwidth is { } testBand
                    ? Math.Abs(band - testBand)
                    : null,
                CohortMean = enrolled.Cohort is { } e && test.Cohort is { } t ? (e.Mean + t.Mean) / 2 : null,
                CohortGap = enrolled.Cohort is { } one && test.Cohort is { } other
                    ? Math.Abs(one.Mean - other.Mean)
                    : null,
            }
            : null;
    }

    private static double? Lesser(double? one, double? other) =>
        one is { } a && other is { } b ? Math.Min(a, b) : one ?? other;
}
