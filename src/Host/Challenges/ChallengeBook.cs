using System.Security.Cryptography;

namespace Speaker.Host.Challenges;

/// <summary>The challenges that were given, in memory: each may be used once, until it expires.</summary>
/// <param name="digits">Of each challenge.</param>
/// <param name="lifetime">How long it may be used.</param>
/// <param name="most">How many are remembered at a time, open and ended.</param>
/// <param name="time">The clock.</param>
/// <remarks>Thread safe. They are this process's own and begin anew with it.</remarks>
internal sealed class ChallengeBook(int digits, TimeSpan lifetime, int most, TimeProvider time)
{
    /// <summary>So long after its end it is still told apart from one that was never given.</summary>
    private static readonly TimeSpan _remembered = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _ofOwners = new(StringComparer.Ordinal);

    /// <summary>As given: all live equally long, so the first one expires first.</summary>
    private readonly Queue<Entry> _oldestFirst = new();

    /// <summary>Gives a new challenge.</summary>
    /// <param name="owner">The key that asks.</param>
    /// <param name="speaker">Whom it is for, normalised; null: for any.</param>
    /// <param name="wait">Where there is no room, how long it takes until there is.</param>
    /// <returns>Null where as many are open as may be.</returns>
    public Challenge? Give(string owner, string? speaker, out TimeSpan wait)
    {
        var challenge = new Challenge(
            RandomNumberGenerator.GetHexString(32, lowercase: true), Draw(digits), owner, speaker,
            time.GetUtcNow() + lifetime);
        wait = TimeSpan.Zero;
        lock (_lock)
        {
            while (_oldestFirst.TryPeek(out var oldest) && (Age(oldest) > lifetime + _remembered
                || (_entries.Count >= most && StateOf(oldest) != ChallengeState.Open)))
            {
                Forget(_oldestFirst.Dequeue().Challenge);
            }

            // One key leaves half of the room to the others.
            var own = _ofOwners.GetValueOrDefault(owner);
            if (_entries.Count >= most || (owner.Length > 0 && own >= (most + 1) / 2))
            {
                wait = lifetime - Age(_oldestFirst.Peek());
                return null;
            }

            var entry = new Entry(challenge, time.GetTimestamp());
            _entries.Add(challenge.Id, entry);
            _ofOwners[owner] = own + 1;
            _oldestFirst.Enqueue(entry);
        }

        return challenge;
    }

    /// <summary>Uses a challenge up, where it is open.</summary>
    /// <param name="id">As it was given.</param>
    /// <param name="owner">The key that uses it.</param>
    /// <param name="speaker">The normalised name that is claimed.</param>
    /// <returns>What it was until now, and the challenge where it was open: of several calls for one challenge exactly
    /// one gets it.</returns>
    public (ChallengeState State, Challenge? Challenge) Take(string id, string owner, string speaker)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(id, out var entry) || entry.Challenge.Owner != owner
                || (entry.Challenge.Speaker is { } only && only != speaker))
            {
                return (ChallengeState.Unknown, null);
            }

            var state = StateOf(entry);
            if (state != ChallengeState.Open)
            {
                return (state, null);
            }

            entry.IsUsed = true;
            return (state, entry.Challenge);
        }
    }

    private void Forget(Challenge challenge)
    {
        _entries.Remove(challenge.Id);
        if (--_ofOwners[challenge.Owner] == 0)
        {
            _ofOwners.Remove(challenge.Owner);
        }
    }

    private static string Draw(int count)
    {
        var drawn = new char[count];
        var last = -1; // there is no digit yet
        for (var i = 0; i < count; i++)
        {
            // After the first one of the nine that are not the one before.
            last = last < 0
                ? RandomNumberGenerator.GetInt32(10)
                : (last + 1 + RandomNumberGenerator.GetInt32(9)) % 10;
            drawn[i] = (char)('0' + last);
        }

        return new string(drawn);
    }

    private TimeSpan Age(Entry entry) => time.GetElapsedTime(entry.GivenAt);

    private ChallengeState StateOf(Entry entry) =>
        entry.IsUsed ? ChallengeState.Used : Age(entry) > lifetime ? ChallengeState.Expired : ChallengeState.Open;

    private sealed class Entry(Challenge challenge, long givenAt)
    {
        public Challenge Challenge { get; } = challenge;

        public long GivenAt { get; } = givenAt;

        public bool IsUsed { get; set; }
    }
}
