using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;

namespace Speaker;

/// <summary>Enrolment.</summary>
public sealed class EnrolmentOptions
{
    /// <summary>Recordings that make a good enrolment (progress 1), together with <see cref="GoodSpeechSeconds"/>; 1 to
    /// 1,000. Three instead of one gain more than anything else: docs/scoring.md.</summary>
    [Between(1, 1000)]
    public int GoodRecordings { get; set; } = 3;

    /// <summary>Seconds of speech that make a good enrolment, 1 to 3,600.</summary>
    [Between(1, 3600)]
    public double GoodSpeechSeconds { get; set; } = 10;

    /// <summary>
    /// Recordings are of one voice when their mean distance is within the card's threshold at this false-accept rate,
    /// above 0 and below 1. Null: within what recordings of one speaker differ by, which the card knows, so that about
    /// one in a hundred is refused (docs/scoring.md).
    /// </summary>
    [Rate]
    public double? CoherenceTargetFar { get; set; }

    /// <summary>Whether a voice that is known under another name may be enrolled without being asked each time, see
    /// <see cref="EnrolmentRequest.AllowDuplicate"/>.</summary>
    public bool AllowDuplicates { get; set; }

    /// <summary>Refuse recordings of a speaker as long as it is not noted what the speaker consented to, see
    /// <see cref="EnrolmentRequest.Consent"/>.</summary>
    public bool RequireConsent { get; set; }
}

/// <summary>Checks <see cref="EnrolmentOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class EnrolmentOptionsValidator : IValidateOptions<EnrolmentOptions>;
