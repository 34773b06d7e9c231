namespace Speaker.Enrolment;

/// <summary>The enrolment store cannot do what was asked; the message says which file, why, and what to do.</summary>
internal sealed class StoreException : Exception
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
