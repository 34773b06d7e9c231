using NAudio.Wave;
using Speaker.Audio.Capture.Alsa;
using Speaker.Audio.Capture.Wasapi;

namespace Speaker.Audio.Capture;

/// <summary>The capture device of this system: ALSA's on Linux, WASAPI's on Windows.</summary>
internal static class CaptureDevice
{
    /// <summary>Where the names of the devices are found, as the end of a sentence.</summary>
    public static string Listing => OperatingSystem.IsWindows()
        ? "listed among the inputs of the sound settings"
        : "listed by arecord -L";

    /// <summary>A device that has not begun to capture. The caller disposes it.</summary>
    /// <param name="name">As ALSA or Windows names it; "default" is the system's own choice.</param>
    /// <param name="format">What the device is to deliver.</param>
    /// <exception cref="AudioException">There is no capture on this system.</exception>
    public static IWaveIn Create(string name, WaveFormat format)
    {
        if (OperatingSystem.IsLinux())
        {
            return new AlsaIn(name) { WaveFormat = format };
        }

        if (OperatingSystem.IsWindows())
        {
            return new WasapiIn(name) { WaveFormat = format };
        }

        throw new AudioException(
            "A microphone can be captured on Linux and Windows only. Record to a file and use that.");
    }
}
