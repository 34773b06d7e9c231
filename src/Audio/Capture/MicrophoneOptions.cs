using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;

namespace Speaker.Audio;

/// <summary>Which device is captured and how.</summary>
public sealed record MicrophoneOptions
{
    /// <summary>
    /// "default", or a device by name. On Linux an ALSA PCM, such as "plughw:1,0" or one that a configuration file
    /// defines; on Windows an input as the sound settings name it.
    /// </summary>
    [NotBlank]
    public string Device { get; set; } = "default";

    /// <summary>Sound in each block, in seconds; 0.01 to 5.</summary>
    [Between(0.01, 5)]
    public double BlockSeconds { get; set; } = 0.1;

    /// <summary>A device that delivers nothing for this long is taken as dead, in seconds; 0.5 to 60.</summary>
    [Between(0.5, 60)]
    public double WatchdogSeconds { get; set; } = 5;

    /// <summary>How long a device that is gone while it is captured is looked for, in seconds; 0 to 3,600. 0: its loss ends
    /// the capture.</summary>
    [Between(0, 3600)]
    public double ReopenSeconds { get; set; } = 10;
}

/// <summary>Checks <see cref="MicrophoneOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class MicrophoneOptionsValidator : IValidateOptions<MicrophoneOptions>;
