namespace Speaker.Audio;

/// <summary>
/// What this library throws for sound it cannot take: a file that is not there or not sound, a header that lies, a
/// capture device that fails, a specification out of range. The message says what, the value, the bound and what to do.
/// </summary>
public sealed class AudioException : Exception
{
    /// <summary>With a message.</summary>
    /// <param name="message">What, the value, the bound and what to do.</param>
    public AudioException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and what the exception was found by.</summary>
    /// <param name="message">What, the value, the bound and what to do.</param>
    /// <param name="innerException">What it was found by.</param>
    public AudioException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
