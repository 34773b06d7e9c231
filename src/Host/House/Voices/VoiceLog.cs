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

    [LoggerMessage(181, LogLevel.Warning,
        "{Speaker} is in Speaker:House:Allowed and not enrolled: nobody passes by that name; enrol the speaker, or " +
        "correct the setting")]
    public static partial void AllowedNotEnrolled(this ILogger logger, string speaker);

    [LoggerMessage(182, LogLevel.Error, "it cannot be looked up who of Speaker:House:Allowed is enrolled: {Problem}")]
    public static partial void AllowedNotLookedUp(this ILogger logger, string problem);
}
