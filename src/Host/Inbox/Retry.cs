namespace Speaker.Host.Inbox;

/// <summary>When to try again what failed: after the first delay, then after twice as long each time, up to
/// <see cref="Longest"/>.</summary>
internal sealed class Retry(TimeSpan first, TimeProvider time)
{
    private TimeSpan _delay;
    private long _failedAt;

    /// <summary>No delay becomes longer, unless the first one is.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromMinutes(10);

    public bool HasFailed => _delay > TimeSpan.Zero;

    /// <summary>Time until the next try; zero where it is due.</summary>
    public TimeSpan Wait
    {
        get
        {
            var left = _delay - time.GetElapsedTime(_failedAt);
            return HasFailed && left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    public void Failed()
    {
        var twice = 2 * _delay;
        _delay = !HasFailed ? first : twice < Longest ? twice : _delay < Longest ? Longest : _delay;
        _failedAt = time.GetTimestamp();
    }

    public void Succeeded() => _delay = TimeSpan.Zero;
}
