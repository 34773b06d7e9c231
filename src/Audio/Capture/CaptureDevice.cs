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

        throw NoCapture();
    }

    /// <summary>The devices that <see cref="Create"/> takes.</summary>
    /// <exception cref="CaptureException">The system does not say.</exception>
    /// <exception cref="DllNotFoundException">libasound is not installed.</exception>
    /// <exception cref="AudioException">There is no capture on this system.</exception>
    public static IReadOnlyList<CaptureDeviceName> List() =>
        OperatingSystem.IsLinux() ? AlsaDevices.List()
        : OperatingSystem.IsWindows() ? WasapiIn.List()
        : throw NoCapture();

    private static AudioException NoCapture() => new(
        "A microphone can be captured on Linux and Windows only. Record to a file and use that.");
}
