namespace Speaker;

/// <summary>
/// A model that cannot be used (not there, damaged, without the threshold that was asked for), or a training run that
/// cannot go on. The message says what was wrong, the value, the bound, and what to do.
/// </summary>
public sealed class ModelException : Exception
{
    /// <summary>With a message.</summary>
    /// <param name="message">What was wrong, the value, the bound, and what to do.</param>
    public ModelException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and what the exception was found by.</summary>
    /// <param name="message">What was wrong, the value, the bound, and what to do.</param>
    /// <param name="innerException">What it was found by.</param>
    public ModelException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
