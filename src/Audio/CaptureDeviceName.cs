namespace Speaker.Audio;

/// <summary>A device that can be captured.</summary>
/// <param name="Name">What <see cref="MicrophoneOptions.Device"/> takes.</param>
/// <param name="Description">One line for people; empty where the system has none.</param>
internal sealed record CaptureDeviceName(string Name, string Description);
