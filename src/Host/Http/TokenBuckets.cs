namespace Speaker.Host.Http;

/// <summary>
/// Limits a rate for each of any number of names: a name may do a minute's worth at once, and then as much as comes
/// back with time.
/// </summary>
/// <remarks>Thread safe. Names whose bucket is full again are forgotten once there are many.</remarks>
internal sealed class TokenBuckets(int perMinute, TimeProvider time)
{
    private const int ManyNames = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (double Tokens, long At)> _buckets = new(StringComparer.Ordinal);
    private int _purgeAt = ManyNames;

    /// <summary>Takes one of a name's turns.</summary>
    /// <returns>Null where there was one; else how long it takes until there is.</returns>
    public TimeSpan? Take(string name)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            var tokens = _buckets.TryGetValue(name, out var bucket) ? Filled(bucket, now) : perMinute;
            if (tokens < 1)
            {
                return TimeSpan.FromMinutes((1 - tokens) / perMinute);
            }

            _buckets[name] = (tokens - 1, now);
            if (_buckets.Count > _purgeAt)
            {
                Purge(now);
            }

            return null;
        }
    }

    private double Filled((double Tokens, long At) bucket, long now) =>
        Math.Min(perMinute, bucket.Tokens + (time.GetElapsedTime(bucket.At, now).TotalMinutes * perMinute));

    private void Purge(long now)
    {
        foreach (var (name, bucket) in _buckets)
        {
            if (Filled(bucket, now) >= perMinute)
            {
                _buckets.Remove(name);
            }
        }

        // Where nearly all are in use the next look comes later: it must not be made with every request.
        _purgeAt = Math.Max(ManyNames, 2 * _buckets.Count);
    }
}
