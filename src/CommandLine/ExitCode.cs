namespace Speaker.CommandLine;

/// <summary>Exit codes of every verb.</summary>
internal static class ExitCode
{
    /// <summary>Accepted, or done.</summary>
    public const int Done = 0;

    public const int Rejected = 1;

    /// <summary>No decision is possible: too short, no speech, clipped, an utterance refused.</summary>
    public const int Inconclusive = 2;

    /// <summary>Bad input or usage.</summary>
    public const int BadInput = 3;

    public const int InternalError = 4;

    /// <summary>Stopped by Ctrl-C (128 + SIGINT), as shells count it.</summary>
    public const int Interrupted = 130;
}
