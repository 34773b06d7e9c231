namespace Speaker.Calibration;

/// <summary>A session of one voice against one voiceprint.</summary>
/// <param name="Claimed">Whose voiceprint it is, among all corpora.</param>
/// <param name="Speaker">Whose voice it is.</param>
/// <param name="Looks">In order of time.</param>
internal sealed record LiveTrial(string Claimed, string Speaker, IReadOnlyList<LiveLook> Looks)
{
    public bool IsTarget => Claimed == Speaker;

    /// <summary>What the decision at the end sees, over the recording as a whole; null where there is none.</summary>
    public LiveLook? Whole { get; init; }
}

/// <summary>What a look sees.</summary>
/// <param name="Seconds">Of sound so far.</param>
/// <param name="SpeechSeconds">Of speech.</param>
/// <param name="Distance">Of the trial.</param>
/// <param name="Margins">For each rate, threshold of the trial less its distance.</param>
internal sealed record LiveLook(double Seconds, double SpeechSeconds, double Distance, IReadOnlyList<double> Margins);
