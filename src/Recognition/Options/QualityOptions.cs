using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;

namespace Speaker;

/// <summary>
/// What in a recording is worth a warning beside the answer: all of it still verifies, less surely. How the bounds were
/// found: docs/audio-quality.md.
/// </summary>
public sealed class QualityOptions
{
    /// <summary>Seconds of speech, 0 to 60: below about two the distances of one speaker spread widely.</summary>
    [Between(0, 60)]
    public double WarnBelowSpeechSeconds { get; set; } = 2;

    /// <summary>Speech over noise in dB, -20 to 60.</summary>
    [Between(-20, 60)]
    public double WarnBelowSignalToNoise { get; set; } = 10;

    /// <summary>Share of clipped samples, 0 to 1.</summary>
    [Between(0, 1)]
    public double WarnAboveClippedFraction { get; set; } = 0.01;

    /// <summary>Hertz, 0 to 8,000: a recording that ends below this was one of 8 kHz.</summary>
    [Between(0, 8000)]
    public double WarnBelowBandwidth { get; set; } = 5000;

    /// <summary>Mean level of the speech in dBFS, -100 to 0.</summary>
    [Between(-100, 0)]
    public double WarnBelowSpeechLevel { get; set; } = -45;

    /// <summary>Cosine distance between the beginning and the end of a recording, 0 to 2: those of one voice are seldom
    /// so far apart.</summary>
    [Between(0, 2)]
    public double WarnAboveVoiceDistance { get; set; } = 0.75;
}

/// <summary>Checks <see cref="QualityOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class QualityOptionsValidator : IValidateOptions<QualityOptions>;
