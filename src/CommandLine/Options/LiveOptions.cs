using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;

namespace Speaker.CommandLine.Options;

/// <summary>Verification from the microphone. Section <c>Speaker:Live</c>.</summary>
internal sealed class LiveOptions
{
    /// <summary>The ALSA device (PCM) to capture from.</summary>
    [NotBlank]
    public string Device { get; set; } = "default";

    /// <summary>Seconds to listen before deciding, 1 to 3,600.</summary>
    [Between(1, 3600)]
    public double Seconds { get; set; } = 10;
}

/// <summary>Checks <see cref="LiveOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class LiveOptionsValidator : IValidateOptions<LiveOptions>;
