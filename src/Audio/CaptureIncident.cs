namespace Speaker.Audio;

/// <summary>What can happen to a capture device without ending the capture.</summary>
internal enum CaptureIncident
{
    /// <summary>It had to drop sound, as nobody took it in time.</summary>
    Overrun,

    /// <summary>The machine or the device sleeps.</summary>
    Suspended,

    /// <summary>It is awake again.</summary>
    Resumed,

    /// <summary>It is gone, as when its plug is pulled; it is looked for.</summary>
    Lost,

    /// <summary>It is there again and captures.</summary>
    Back,
}
