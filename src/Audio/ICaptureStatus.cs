namespace Speaker.Audio;

/// <summary>A capture that tells how it fares.</summary>
internal interface ICaptureStatus
{
    /// <summary>Raised on the thread of the capture.</summary>
    event Action<CaptureNotice>? Noticed;

    /// <summary>How long the sound that was captured last had waited in the device, in seconds; null while nobody
    /// knows.</summary>
    double? LatencySeconds { get; }
}
