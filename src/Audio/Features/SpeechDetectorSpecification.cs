using Microsoft.Extensions.Options;
using Speaker.Audio.SpeechDetection;
using Speaker.Audio.SpeechDetection.TimeDelayNetwork;
using Speaker.Audio.Validation;

namespace Speaker.Audio.Features;

/// <summary>
/// Everything that fixes which frames count as speech. Stored with the front end in the model card, since a model
/// trained behind one gate is only right behind the same gate.
/// </summary>
internal sealed record SpeechDetectorSpecification
{
    /// <summary>The <see cref="SpeechNetwork.Name"/> of the network that listens.</summary>
    public string Network { get; init; } = SpeechNetwork.Shipped.Name;

    /// <summary>
    /// Probability of speech from which a frame counts, above 0 and below 1. Low, since the quiet frames of a word are
    /// missed sooner than noise is taken for one.
    /// </summary>
    [Rate]
    public double FrameThreshold { get; init; } = 0.08;

    /// <summary>
    /// What the mean probability of some stretch of <see cref="StretchSeconds"/> must reach for the sound to hold speech
    /// at all, above 0 and below 1.
    /// </summary>
    [Rate]
    public double SoundThreshold { get; init; } = 0.62;

    /// <summary>Length of that stretch, in seconds, 0.02 to 5: a vowel of a short word.</summary>
    [Between(0.02, 5)]
    public double StretchSeconds { get; init; } = 0.1;

    /// <exception cref="OptionsValidationException">A value is out of its bounds; the message names every one that
    /// is.</exception>
    public void Validate() => new SpeechDetectorSpecificationValidator().Require(this);
}

/// <summary>Checks <see cref="SpeechDetectorSpecification"/>.</summary>
[OptionsValidator]
internal sealed partial class SpeechDetectorSpecificationValidator : IValidateOptions<SpeechDetectorSpecification>;
