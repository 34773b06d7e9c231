using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;

namespace Speaker;

/// <summary>Enrolment.</summary>
public sealed class EnrolmentOptions
{
    /// <summary>Seconds of speech that make a good enrolment (progress 1), 1 to 3,600.</summary>
    [Between(1, 3600)]
    public double GoodSpeechSeconds { get; set; } = 10;

    /// <summary>
    /// An utterance coheres with a speaker when its distance to the speaker's others is within the card's threshold
    /// at this false-accept rate: looser than verification, because the point is to keep strangers out, not to
    /// keep a hoarse day out. Above 0 and below 1.
    /// </summary>
    [Rate]
    public double CoherenceTargetFar { get; set; } = 0.05;
}

/// <summary>Checks <see cref="EnrolmentOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class EnrolmentOptionsValidator : IValidateOptions<EnrolmentOptions>;
