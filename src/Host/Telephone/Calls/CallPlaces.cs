namespace Speaker.Host.Telephone.Calls;

/// <summary>Places for what may be so many at a time. Thread safe.</summary>
internal sealed class CallPlaces(int most)
{
    private int _taken;

    /// <summary>Takes a place.</summary>
    /// <returns>Gives it back when it is disposed; null where there is none.</returns>
    public IDisposable? TryTake()
    {
        if (Interlocked.Increment(ref _taken) <= most)
        {
            return new Place(this);
        }

        Interlocked.Decrement(ref _taken);
        return null;
    }

    private sealed class Place(CallPlaces places) : IDisposable
    {
        private int _isGiven;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isGiven, 1) == 0)
            {
                Interlocked.Decrement(ref places._taken);
            }
        }
    }
}
