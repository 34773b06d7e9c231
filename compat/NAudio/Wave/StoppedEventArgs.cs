namespace NAudio.Wave;

/// <summary>The end of a capture and, where it was not asked for, its cause.</summary>
public class StoppedEventArgs : EventArgs
{
    public StoppedEventArgs(Exception? exception = null) => Exception = exception;

    public Exception? Exception { get; }
}
