namespace Speaker.Audio.Files;

/// <summary>A sound file that cannot be read or written, in libsndfile's own words.</summary>
internal sealed class SoundFileException(string message, int errorCode = 0) : IOException(message)
{
    /// <summary><see cref="ErrorCode"/>: libsndfile is not installed.</summary>
    public const int NotInstalled = -1;

    /// <summary>libsndfile's error number (SF_ERR_*); 0 where the error is not libsndfile's.</summary>
    public int ErrorCode { get; } = errorCode;
}
