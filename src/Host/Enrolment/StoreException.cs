namespace Speaker.Host.Enrolment;

/// <summary>The enrolment store cannot do what was asked; the message says which file, why, and what to do.</summary>
public sealed class StoreException : Exception
{
    public StoreException(string message)
        : base(message)
    {
    }

    public StoreException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
