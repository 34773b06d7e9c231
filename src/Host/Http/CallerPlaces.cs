namespace Speaker.Host.Http;

/// <summary>Places for work that takes long. A key gets half of them at most: one whose work never ends keeps no other
/// out.</summary>
/// <remarks>Thread safe.</remarks>
/// <param name="most">How many there are.</param>
/// <param name="what">What takes a place, in the plural.</param>
/// <param name="setting">Where their number is set.</param>
internal sealed class CallerPlaces(int most, string what, string setting)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _taken = new(StringComparer.Ordinal);
    private int _takenInAll;

    /// <summary>Takes a place until what is returned is disposed.</summary>
    /// <param name="key">The caller's; empty where none is needed, and then all places are the caller's.</param>
    /// <exception cref="ProblemException">There is none.</exception>
    public IDisposable Take(string key)
    {
        lock (_lock)
        {
            var own = _taken.GetValueOrDefault(key);
            var share = key.Length > 0 ? (most + 1) / 2 : most;
            if (_takenInAll >= most || own >= share)
            {
                throw new ProblemException(
                    503, "busy",
                    $"{own} {what} of yours are under way and {_takenInAll} in all, and {share} and {most} may be " +
                    $"({setting})")
                {
                    RetryAfter = TimeSpan.FromSeconds(1),
                };
            }

            _taken[key] = own + 1;
            _takenInAll++;
        }

        return new Place(this, key);
    }

    private void GiveBack(string key)
    {
        lock (_lock)
        {
            _takenInAll--;
            if (--_taken[key] == 0)
            {
                _taken.Remove(key);
            }
        }
    }

    private sealed class Place(CallerPlaces places, string key) : IDisposable
    {
        public void Dispose() => places.GiveBack(key);
    }
}
