namespace Speaker.Host.Inbox;

/// <summary>
/// Tells when a file has been written completely: its size and time have not changed for a while. A file that was
/// renamed into the inbox is as old as its last write and counts at once.
/// </summary>
internal sealed class StableFiles(TimeSpan stableFor, TimeProvider time)
{
    private readonly Dictionary<string, (long Length, DateTime Written, long Since)> _seen =
        new(StringComparer.Ordinal);

    /// <summary>Looks at a file; true once it counts as complete. A file that is gone is not.</summary>
    public bool IsComplete(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            _seen.Remove(path);
            return false;
        }

        if (time.GetUtcNow().UtcDateTime - file.LastWriteTimeUtc >= stableFor)
        {
            return true;
        }

        var now = time.GetTimestamp();
        if (_seen.TryGetValue(path, out var last) && last.Length == file.Length
            && last.Written == file.LastWriteTimeUtc)
        {
            return time.GetElapsedTime(last.Since, now) >= stableFor;
        }

        _seen[path] = (file.Length, file.LastWriteTimeUtc, now);
        return false;
    }

    public void Forget(string path) => _seen.Remove(path);
}
