namespace Speaker.Audio.Capture;

/// <summary>Which device is captured and how.</summary>
internal sealed record MicrophoneOptions
{
    /// <summary>
    /// "default", or a device by name. On Linux an ALSA PCM, such as "plughw:1,0" or one that a configuration file
    /// defines; on Windows an input as the sound settings name it.
    /// </summary>
    public string Device { get; init; } = "default";

    /// <summary>Sound in each block, in seconds; 0.01 to 5.</summary>
    public double BlockSeconds { get; init; } = 0.1;

    /// <summary>A device that delivers nothing for this long is taken as dead, in seconds; 0.5 to 60.</summary>
    public double WatchdogSeconds { get; init; } = 5;

    /// <exception cref="AudioException">A value out of its range.</exception>
    public void Validate()
    {
        if (string.IsNullOrWhiteSpace(Device))
        {
            throw new AudioException(
                $"The microphone's device name is empty; use \"default\" or one {CaptureDevice.Listing}.");
        }

        Ranges.Require(nameof(BlockSeconds), BlockSeconds, 0.01, 5);
        Ranges.Require(nameof(WatchdogSeconds), WatchdogSeconds, 0.5, 60);
    }
}
