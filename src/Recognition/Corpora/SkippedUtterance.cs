namespace Speaker.Corpora;

/// <summary>A recording that was left out, and why.</summary>
/// <param name="Path">The file or folder.</param>
/// <param name="Reason">A sentence without the path.</param>
internal sealed record SkippedUtterance(string Path, string Reason)
{
    /// <summary>What a reader says of a file, whose name comes first in its messages.</summary>
    public static SkippedUtterance Of(string path, Exception exception)
    {
        var start = path + ": ";
        return new SkippedUtterance(
            path,
            exception.Message.StartsWith(start, StringComparison.Ordinal)
                ? exception.Message[start.Length..]
                : exception.Message);
    }
}
