namespace Speaker.CommandLine.Options;

/// <summary>The folder that <c>serve</c> watches. Section <c>Speaker:Inbox</c>.</summary>
internal sealed class InboxOptions
{
    public const string Section = "Speaker:Inbox";

    /// <summary>Watched folder: DIRECTORY/speaker/file.</summary>
    public string Directory { get; set; } = "inbox";

    /// <summary>Where enrolled files go: DIRECTORY/speaker/file.</summary>
    public string ProcessedDirectory { get; set; } = "processed";

    /// <summary>Where refused files go, each with file.reason.json beside it.</summary>
    public string RefusedDirectory { get; set; } = "refused";

    /// <summary>Seconds without growth after which a file counts as completely written, 0.05 to 3,600.</summary>
    public double StableSeconds { get; set; } = 1;

    /// <summary>Seconds between full scans, for what the watcher missed, 0.1 to 3,600.</summary>
    public double RescanSeconds { get; set; } = 5;
}

/// <summary>Verification from the microphone. Section <c>Speaker:Live</c>.</summary>
internal sealed class LiveOptions
{
    public const string Section = "Speaker:Live";

    /// <summary>The ALSA device (PCM) to capture from.</summary>
    public string Device { get; set; } = "default";

    /// <summary>Seconds to listen before deciding, 1 to 3,600.</summary>
    public double Seconds { get; set; } = 10;
}
