namespace Speaker.Host.Tenants;

/// <summary>
/// The tenants whose stores are open. One is opened by its first request. Beyond a number, the one that has been idle the
/// longest is closed: what it has in memory and its connections are given back.
/// </summary>
/// <remarks>Thread safe.</remarks>
/// <param name="ofNobody">Of those who name no tenant; it stays open, and is not disposed here.</param>
/// <param name="most">How many others stay open when nothing is asked of them.</param>
/// <param name="open">Opens a tenant; makes nothing.</param>
internal sealed class OpenTenants(Tenant ofNobody, int most, Func<string, Tenant> open) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _open = new(StringComparer.Ordinal);
    private long _uses;

    /// <summary>Keeps a tenant open until what is returned is disposed.</summary>
    /// <param name="name">Checked; empty: of nobody.</param>
    public Use Begin(string name)
    {
        if (name.Length == 0)
        {
            return new Use(ofNobody, null);
        }

        Entry? entry;
        lock (_lock)
        {
            if (!_open.TryGetValue(name, out entry))
            {
                entry = new Entry(open(name));
                _open.Add(name, entry);
            }

            entry.Users++;
            entry.LastUse = ++_uses;
        }

        CloseIdle();
        return new Use(entry.Tenant, () => End(entry));
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var entry in _open.Values)
            {
                Close(entry.Tenant);
            }

            _open.Clear();
        }
    }

    private void End(Entry entry)
    {
        lock (_lock)
        {
            entry.Users--;
        }

        CloseIdle();
    }

    private void CloseIdle()
    {
        while (TakeIdle() is { } idle)
        {
            // Not in the lock: what hears of a database's changes may take a moment to end.
            Close(idle);
        }
    }

    private static void Close(Tenant tenant)
    {
        (tenant.Store as IDisposable)?.Dispose();
        (tenant.Documents as IDisposable)?.Dispose();
    }

    private Tenant? TakeIdle()
    {
        lock (_lock)
        {
            var idle = _open.Count <= most
                ? null
                : _open.Values.Where(entry => entry.Users == 0).MinBy(entry => entry.LastUse)?.Tenant;
            if (idle is not null)
            {
                _open.Remove(idle.Name);
            }

            return idle;
        }
    }

    /// <summary>A tenant while it is used.</summary>
    internal readonly struct Use(Tenant tenant, Action? end) : IDisposable
    {
        public Tenant Tenant { get; } = tenant;

        public void Dispose() => end?.Invoke();
    }

    private sealed class Entry(Tenant tenant)
    {
        public Tenant Tenant { get; } = tenant;

        public int Users { get; set; }

        public long LastUse { get; set; }
    }
}
