using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;

namespace Speaker.CommandLine.Options;

/// <summary>Verification and enrolment while one speaks. Section <c>Speaker:Live</c>.</summary>
internal sealed class LiveOptions
{
    /// <summary>The ALSA device (PCM) to capture from.</summary>
    [NotBlank]
    public string Device { get; set; } = "default";

    /// <summary>Seconds to listen before deciding, 1 to 3,600.</summary>
    [Between(1, 3600)]
    public double Seconds { get; set; } = 10;

    /// <summary>Whether a decision comes as soon as the evidence is enough.</summary>
    public bool Early { get; set; } = true;
}

/// <summary>Checks <see cref="LiveOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class LiveOptionsValidator : IValidateOptions<LiveOptions>;
