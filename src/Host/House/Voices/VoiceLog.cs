using Microsoft.Extensions.Logging;

namespace Speaker.Host.House.Voices;

/// <summary>Events of the recognition of voices in the house; their numbers are stable.</summary>
internal static partial class VoiceLog
{
    [LoggerMessage(161, LogLevel.Warning,
        "the recognition of a voice took longer than Speaker:House:RecognitionSeconds = {Seconds}: it counts as " +
        "unknown")]
    public static partial void RecognitionTimedOut(this ILogger logger, double seconds);

    [LoggerMessage(162, LogLevel.Error, "the recognition of a voice failed: it counts as unknown")]
    public static partial void RecognitionFailed(this ILogger logger, Exception exception);
}
