namespace Speaker.Host.Telephone.Calls;

/// <summary>The calls that were announced, are under way or were decided, in memory: so many, and each so long.</summary>
/// <param name="most">How many are remembered at a time.</param>
/// <param name="announced">How long an announced call may take to begin.</param>
/// <param name="longest">How long a call may be listened to, with what its decision may take: it is never longer, unless its
/// end was lost.</param>
/// <param name="kept">How long a decision can be asked for.</param>
/// <param name="time">The clock.</param>
/// <remarks>Thread safe. They are this process's own and begin anew with it.</remarks>
internal sealed class CallBook(int most, TimeSpan announced, TimeSpan longest, TimeSpan kept, TimeProvider time)
{
    private static readonly TimeSpan _sweepInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Ids by tenant and provider's name: of several streams of one call, with one claim, the last.</summary>
    private readonly Dictionary<(string Tenant, string ProviderCall), string> _byProvider = [];
    private long _sweptAt = time.GetTimestamp();

    /// <summary>Until when an announced call may begin.</summary>
    public DateTimeOffset ExpiryOf(Call call) => call.CreatedAt + announced;

    /// <summary>Remembers a new call. Where as many are remembered as may be, it takes the place of the oldest one of
    /// whoever has the most: no key can fill the memory for the others.</summary>
    /// <returns>False where there is one of its id.</returns>
    /// <exception cref="CallsFullException">As many are remembered as may be, and nobody has more of them than whose
    /// call this is.</exception>
    public bool TryAdd(Call call)
    {
        lock (_lock)
        {
            if (_entries.Count >= most || time.GetElapsedTime(_sweptAt) > _sweepInterval)
            {
                Sweep();
            }

            if (_entries.ContainsKey(call.Id))
            {
                return false;
            }

            if (_entries.Count >= most)
            {
                MakeRoom(call);
            }

            Put(call);
            return true;
        }
    }

    /// <summary>Begins an announced call.</summary>
    /// <param name="id">A UUID in its 36 characters.</param>
    /// <param name="source">Who brings the sound.</param>
    /// <param name="providerCall">The provider's name of it; null: it has none.</param>
    /// <returns>Null where none is announced, it has expired or was begun: of several callers exactly one gets it.</returns>
    public Call? Begin(string id, string source, string? providerCall)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(id, out var entry) || entry.Call.State != CallState.Announced || IsOver(entry))
            {
                return null;
            }

            return Put(entry.Call with
            {
                State = CallState.Listening, Source = source, ProviderCall = providerCall,
            });
        }
    }

    /// <summary>Notes what came of a call.</summary>
    public Call End(Call call, CallResult result)
    {
        lock (_lock)
        {
            return Put(call with { State = CallState.Decided, Result = result });
        }
    }

    /// <summary>The call of an id, or of a provider's name.</summary>
    /// <returns>Null where the tenant has none, or it is forgotten.</returns>
    public Call? Read(string tenant, string name)
    {
        lock (_lock)
        {
            // The id comes first: it was given here, and the provider's name is what a stream says.
            var id = _entries.ContainsKey(name) ? name : _byProvider.GetValueOrDefault((tenant, name), name);
            return _entries.TryGetValue(id, out var entry) && entry.Call.Tenant == tenant && !IsOver(entry)
                ? entry.Call
                : null;
        }
    }

    private Call Put(Call call)
    {
        _entries[call.Id] = new Entry(call, time.GetTimestamp());
        if (call.ProviderCall is { } name)
        {
            // A stream that names a call of another claim does not answer for it.
            var known = _byProvider.GetValueOrDefault((call.Tenant, name));
            if (known is null || !_entries.TryGetValue(known, out var other) || other.Call.Speaker == call.Speaker)
            {
                _byProvider[(call.Tenant, name)] = call.Id;
            }
        }

        return call;
    }

    private void Sweep()
    {
        _sweptAt = time.GetTimestamp();
        foreach (var entry in _entries.Values.Where(IsOver).ToArray())
        {
            Forget(entry.Call);
        }
    }

    /// <exception cref="CallsFullException">There is none to be had for this call.</exception>
    private void MakeRoom(Call call)
    {
        var own = _entries.Values.Count(entry => OwnerOf(entry.Call) == OwnerOf(call));
        var fullest = _entries.Values.GroupBy(entry => OwnerOf(entry.Call)).MaxBy(calls => calls.Count())!;
        // What is listened to stays: there are only so many of these (Speaker:Telephone:Calls).
        var oldest = fullest.Where(entry => entry.Call.State != CallState.Listening)
            .MinBy(entry => entry.Call.CreatedAt);
        if (oldest is null || fullest.Count() <= own + 1)
        {
            throw new CallsFullException(
                $"{most} calls are remembered, as many as may be (Speaker:Telephone:Remembered), {own} of them yours: " +
                "try again later");
        }

        Forget(oldest.Call);
    }

    private void Forget(Call call)
    {
        _entries.Remove(call.Id);
        if (call.ProviderCall is { } name && _byProvider.GetValueOrDefault((call.Tenant, name)) == call.Id)
        {
            _byProvider.Remove((call.Tenant, name));
        }
    }

    /// <summary>Of a tenant all keys together, and otherwise each for itself.</summary>
    private static (string Tenant, string Actor) OwnerOf(Call call) =>
        (call.Tenant, call.Tenant.Length > 0 ? "" : call.Actor);

    private bool IsOver(Entry entry) => entry.Call.State switch
    {
        CallState.Announced => time.GetElapsedTime(entry.At) > announced,
        CallState.Listening => time.GetElapsedTime(entry.At) > longest,
        CallState.Decided => time.GetElapsedTime(entry.At) > kept,
        _ => throw new InvalidOperationException($"a call is {entry.Call.State}"),
    };

    /// <param name="At">When the call came into its state.</param>
    private sealed record Entry(Call Call, long At);
}

/// <summary>As many calls are remembered as may be.</summary>
internal sealed class CallsFullException(string message) : Exception(message);
