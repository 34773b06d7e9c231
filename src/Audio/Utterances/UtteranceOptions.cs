using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;

namespace Speaker.Audio;

/// <summary>What is asked of a sound before it counts as an utterance.</summary>
public sealed record UtteranceOptions
{
    /// <summary>Least speech, after detection, in seconds; 0.05 to 60.</summary>
    [Between(0.05, 60)]
    public double MinimumSpeechSeconds { get; set; } = 0.25;

    /// <summary>
    /// Largest share of the samples that may be clipped, 0 to 1. Loud recordings with a tenth of their samples
    /// cut off still tell voices apart; what the share is stands in <see cref="AudioQuality.ClippedFraction"/>.
    /// </summary>
    [Between(0, 1)]
    public double MaximumClippedFraction { get; set; } = 0.2;

    /// <summary>
    /// Least power of the speech over that of the sound around it, in dB; -20, which nothing is below, to 60. Where the
    /// noise cannot be told (<see cref="AudioQuality.SignalToNoise"/> is null) nothing is refused.
    /// </summary>
    [Between(-20, 60)]
    public double MinimumSignalToNoise { get; set; } = -5;

    /// <summary>
    /// Longest recording, in seconds, so that a file without an end does not keep the program for ever; 1 to 86,400.
    /// Memory does not depend on it.
    /// </summary>
    [Between(1, 86_400)]
    public double MaximumSeconds { get; set; } = 86_400;
}

/// <summary>Checks <see cref="UtteranceOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class UtteranceOptionsValidator : IValidateOptions<UtteranceOptions>;
