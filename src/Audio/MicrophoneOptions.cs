namespace Speaker.Audio;

/// <summary>Which device is captured and how.</summary>
public sealed record MicrophoneOptions
{
    /// <summary>ALSA PCM by name: "default", "plughw:1,0", or one that a configuration file defines.</summary>
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
            throw new AudioException("The microphone's device name is empty; use \"default\" or a name from arecord -L.");
        }

        if (!(BlockSeconds is >= 0.01 and <= 5))
        {
            throw new AudioException($"{nameof(BlockSeconds)} is {BlockSeconds}; it must be from 0.01 to 5.");
        }

        if (!(WatchdogSeconds is >= 0.5 and <= 60))
        {
            throw new AudioException($"{nameof(WatchdogSeconds)} is {WatchdogSeconds}; it must be from 0.5 to 60.");
        }
    }
}
