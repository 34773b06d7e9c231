namespace Speaker.Audio;

/// <summary>
/// What this library throws for sound it cannot take: a file that is not there or not sound, a header that lies, a
/// capture device that fails, a specification out of range. The message says what, the value, the bound and what to do.
/// </summary>
internal sealed class AudioException : Exception
{
    public AudioException(string message)
        : base(message)
    {
    }

    public AudioException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
