namespace Speaker.Host.House.Wyoming;

/// <summary>The other side does not keep to the Wyoming protocol, or to the bounds of the settings. The connection
/// cannot be read on.</summary>
/// <param name="message">What came, its value, and the bound.</param>
/// <param name="cause">What it was found by.</param>
internal sealed class WyomingException(string message, Exception? cause = null) : Exception(message, cause);
