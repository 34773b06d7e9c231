namespace Speaker.Audio;

/// <summary>What the system says against a capture device. The message ends without a full stop.</summary>
internal class CaptureException : Exception
{
    public CaptureException(string message)
        : base(message)
    {
    }

    public CaptureException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
