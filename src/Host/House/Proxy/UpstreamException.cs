namespace Speaker.Host.House.Proxy;

/// <summary>The speech recognition that writes down the words is not there, too slow, or does not do what it
/// should.</summary>
internal sealed class UpstreamException(string message, Exception? cause = null) : Exception(message, cause);
