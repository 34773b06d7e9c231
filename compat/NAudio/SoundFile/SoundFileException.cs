namespace NAudio.SoundFile;

/// <summary>What libsndfile says against a file, with its error number.</summary>
public class SoundFileException : Exception
{
    public SoundFileException(string message, int errorCode)
        : base(message) => ErrorCode = errorCode;

    /// <summary>libsndfile's error number.</summary>
    public int ErrorCode { get; }
}
