namespace Speaker.Host.Inbox;

/// <summary>Something that lies in the inbox: INBOX/speaker/name, or INBOX/name where it lies there directly.</summary>
/// <param name="Root">The inbox.</param>
/// <param name="Speaker">The name of the speaker's folder; null for what lies directly in the inbox.</param>
/// <param name="Name">Of the file or folder.</param>
/// <param name="Obstacle">Why it is passed over, as the rest of a sentence that begins with its path; null for a file
/// that is taken.</param>
/// <param name="Stamp">What it looked like.</param>
internal sealed record InboxFile(string Root, string? Speaker, string Name, string? Obstacle, FileStamp Stamp)
{
    /// <summary>Relative to the inbox.</summary>
    public string RelativePath { get; } = Speaker is null ? Name : System.IO.Path.Combine(Speaker, Name);

    public string Path => System.IO.Path.Combine(Root, RelativePath);

    /// <summary>A name on one line of a log: whoever wrote it may have put control characters into it.</summary>
    public static string Printable(string name) =>
        string.Concat(name.Select(character => char.IsControl(character) ? '?' : character));
}

/// <summary>What tells that a file is being written: its size, and its modification time by its own file
/// system.</summary>
internal readonly record struct FileStamp(long Length, DateTime Written);
