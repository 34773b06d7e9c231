using Speaker.Audio.Quality;

namespace Speaker.Audio.Utterances;

/// <summary>What a caller asks of a sound before it counts as an utterance.</summary>
internal sealed record UtteranceOptions
{
    /// <summary>Least speech, after detection, in seconds; 0.05 to 60.</summary>
    public double MinimumSpeechSeconds { get; init; } = 0.25;

    /// <summary>
    /// Largest share of the samples that may be clipped, 0 to 1. Loud recordings with a tenth of their samples
    /// cut off still tell voices apart; what the share is stands in <see cref="AudioQuality.ClippedFraction"/>.
    /// </summary>
    public double MaximumClippedFraction { get; init; } = 0.2;

    /// <summary>
    /// Least power of the speech over that of the sound around it, in dB; -20, which nothing is below, to 60. Where the
    /// noise cannot be told (<see cref="AudioQuality.SignalToNoise"/> is null) nothing is refused.
    /// </summary>
    public double MinimumSignalToNoise { get; init; } = -5;

    /// <summary>
    /// Longest recording, in seconds, so that a file without an end does not keep the program for ever; 1 to 86400.
    /// Memory does not depend on it: <see cref="SegmentCutter"/>.
    /// </summary>
    public double MaximumSeconds { get; init; } = 86400;

    /// <exception cref="AudioException">A value out of its range.</exception>
    public void Validate()
    {
        Ranges.Require(nameof(MinimumSpeechSeconds), MinimumSpeechSeconds, 0.05, 60);
        Ranges.Require(nameof(MaximumClippedFraction), MaximumClippedFraction, 0, 1);
        Ranges.Require(nameof(MinimumSignalToNoise), MinimumSignalToNoise, -20, 60);
        Ranges.Require(nameof(MaximumSeconds), MaximumSeconds, 1, 86400);
    }
}
