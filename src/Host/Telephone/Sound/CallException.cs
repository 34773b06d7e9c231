namespace Speaker.Host.Telephone.Sound;

/// <summary>A message of a media stream, or a frame of a socket, is not what it has to be: the call ends without a
/// decision.</summary>
/// <param name="code">Why, for programs; stable, camel case.</param>
/// <param name="message">What was wrong, the value and the bound.</param>
internal sealed class CallException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
