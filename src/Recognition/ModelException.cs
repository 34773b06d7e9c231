namespace Speaker;

/// <summary>
/// What this library throws for anything that is not an expected outcome: a damaged file, an option outside its range,
/// a training run that cannot go on. The message says what was wrong, the value, the bound, and what to do.
/// </summary>
internal sealed class ModelException : Exception
{
    public ModelException()
    {
    }

    public ModelException(string message)
        : base(message)
    {
    }

    public ModelException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
