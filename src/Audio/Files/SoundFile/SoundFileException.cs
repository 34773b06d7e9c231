namespace Speaker.Audio.Files.SoundFile;

/// <summary>What libsndfile says against a file, with its error number.</summary>
internal class SoundFileException : Exception
{
    public SoundFileException(string message, int errorCode)
        : base(message) => ErrorCode = errorCode;

    /// <summary>libsndfile's error number.</summary>
    public int ErrorCode { get; }
}
