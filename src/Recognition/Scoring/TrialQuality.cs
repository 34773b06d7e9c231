namespace Speaker.Scoring;

/// <summary>What is known of a trial beside its distance.</summary>
/// <param name="EnrolSeconds">Seconds of speech behind the claimed voice, above 0.</param>
/// <param name="TestSeconds">Seconds of speech put to the test, above 0.</param>
/// <param name="TestSignalToNoise">Of the sound put to the test, in dB; null where there was no noise to measure.</param>
internal readonly record struct TrialQuality(double EnrolSeconds, double TestSeconds, double? TestSignalToNoise)
{
    /// <summary>Null where the seconds of a side are not known.</summary>
    public static TrialQuality? Of(TrialSide enrolled, TrialSide test)
    {
        ArgumentNullException.ThrowIfNull(enrolled);
        ArgumentNullException.ThrowIfNull(test);
        return enrolled.SpeechSeconds is { } enrol && test.SpeechSeconds is { } seconds
            ? new TrialQuality(enrol, seconds, test.SignalToNoise)
            : null;
    }
}
