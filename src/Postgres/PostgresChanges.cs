namespace Speaker.Postgres;

/// <summary>Whose voiceprints were changed since somebody last asked.</summary>
/// <remarks>Thread safe.</remarks>
internal sealed class PostgresChanges
{
    private readonly Lock _lock = new();
    private readonly HashSet<long> _changed = [];
    private bool _hasMuchChanged;

    /// <summary>A speaker was changed, or is new, or was removed.</summary>
    public void Add(long id)
    {
        lock (_lock)
        {
            _changed.Add(id);
        }
    }

    /// <summary>More was changed than is worth naming.</summary>
    public void AddMuch()
    {
        lock (_lock)
        {
            _hasMuchChanged = true;
        }
    }

    /// <summary>What was changed; from here on it counts anew.</summary>
    /// <returns>The speakers' ids, and whether it may have been any.</returns>
    public (IReadOnlyCollection<long> Changed, bool IsMuch) Take()
    {
        lock (_lock)
        {
            var taken = (new HashSet<long>(_changed), _hasMuchChanged);
            _changed.Clear();
            _hasMuchChanged = false;
            return taken;
        }
    }
}
