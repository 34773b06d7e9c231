using Speaker.CommandLine;

namespace Speaker.Host.Keys;

/// <summary>
/// The keys that a running service knows. The file is looked at with every question and read again when it has changed,
/// so that a key that was removed opens nothing from then on.
/// </summary>
/// <remarks>Thread safe.</remarks>
internal sealed class KeyRing(KeyFile file)
{
    private readonly Lock _lock = new();
    private (DateTime WrittenAt, long Length) _stamp;
    private IReadOnlyList<ApiKey> _keys = [];
    private volatile bool _areNeeded;

    /// <summary>Whether callers need a key: from the first one that is made, and then for as long as the process
    /// lives, whatever becomes of the file.</summary>
    public bool AreNeeded => _areNeeded || (_areNeeded = file.Exists);

    /// <summary>Where the keys are.</summary>
    public string Path => file.Path;

    /// <summary>The key that somebody presents; null where there is no such key.</summary>
    /// <exception cref="UsageException">The file has become unusable.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public ApiKey? Find(string presented)
    {
        var id = KeySecret.IdOf(presented);
        var key = Keys().FirstOrDefault(key => key.Id == id);
        return key is not null && KeySecret.Matches(presented, key.Hash) ? key : null;
    }

    private IReadOnlyList<ApiKey> Keys()
    {
        var info = new FileInfo(file.Path);
        var stamp = info.Exists ? (info.LastWriteTimeUtc, info.Length) : default;
        lock (_lock)
        {
            if (stamp != _stamp)
            {
                _keys = file.Read();
                _stamp = stamp;
            }

            return _keys;
        }
    }
}
