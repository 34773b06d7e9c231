namespace Speaker.Host.House.Wyoming;

/// <summary>How long the parts of an event may be, in bytes.</summary>
/// <param name="HeaderBytes">The line of JSON.</param>
/// <param name="DataBytes">The JSON that follows it.</param>
/// <param name="PayloadBytes">The sound that follows that.</param>
internal sealed record WyomingLimits(int HeaderBytes, int DataBytes, int PayloadBytes);
