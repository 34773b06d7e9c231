namespace Speaker.CommandLine;

/// <summary>The caller asked for something that cannot be done as asked: exit code 3, the message on one
/// line.</summary>
internal sealed class UsageException : Exception
{
    public UsageException(string message)
        : base(message)
    {
    }

    public UsageException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
