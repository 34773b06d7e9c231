using Speaker.Audio;
using Speaker.Audio.Capture.Alsa;

namespace Speaker.Host.Live;

/// <summary>The capture devices as this program's verbs use them: what is wrong is said once, by the program.</summary>
internal static class CaptureDevices
{
    /// <summary>Those that there are.</summary>
    /// <exception cref="AudioException">The system does not say, or has no capture.</exception>
    public static IReadOnlyList<CaptureDeviceName> List()
    {
        Silence();
        return Microphone.Devices();
    }

    /// <summary>A microphone that is opened when it is listened to.</summary>
    /// <param name="device">As <see cref="List"/> names it.</param>
    /// <param name="time">The clock of its watchdog.</param>
    public static MicrophoneSource Open(string device, TimeProvider time)
    {
        Silence();
        return new MicrophoneSource(
            new Microphone(new MicrophoneOptions { Device = device }, time) { Listing = "listed by 'speaker devices'" });
    }

    private static void Silence()
    {
        if (OperatingSystem.IsLinux())
        {
            AlsaMessages.Silence();
        }
    }
}
