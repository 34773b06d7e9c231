namespace Speaker.Host.Http.Facades.Azure;

/// <summary>The profiles that are changed at this moment: the product refuses a second change of one.</summary>
/// <remarks>Thread safe; of this process alone.</remarks>
internal sealed class BusyProfiles
{
    private readonly Lock _lock = new();
    private readonly HashSet<(string Tenant, string Kind, Guid Id)> _busy = [];

    /// <summary>Has a profile for itself until what is returned is disposed.</summary>
    /// <exception cref="ProblemException">Another request has it.</exception>
    public IDisposable Begin(string tenant, string kind, Guid id)
    {
        lock (_lock)
        {
            return _busy.Add((tenant, kind, id))
                ? new Turn(this, (tenant, kind, id))
                : throw new ProblemException(
                    409, "Conflict", "Sending concurrent requests on same profile is not allowed.");
        }
    }

    private sealed class Turn(BusyProfiles profiles, (string, string, Guid) profile) : IDisposable
    {
        public void Dispose()
        {
            lock (profiles._lock)
            {
                profiles._busy.Remove(profile);
            }
        }
    }
}
