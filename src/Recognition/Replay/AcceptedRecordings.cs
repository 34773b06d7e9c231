using Speaker.Audio.Fingerprints;

namespace Speaker.Replay;

/// <summary>Outlines of the recordings that were accepted lately, by speaker, in memory.</summary>
/// <remarks>Thread safe. They are searched without the lock: of two copies that come at a time the second one looks
/// again at what was added meanwhile, so that exactly one is new.</remarks>
internal sealed class AcceptedRecordings(ReplayOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly TimeSpan _age = TimeSpan.FromHours(options.AcceptedHours);
    private readonly LinkedList<Entry> _oldestFirst = new();

    /// <summary>Those of a speaker, the oldest first.</summary>
    private readonly Dictionary<string, Queue<LinkedListNode<Entry>>> _bySpeaker = new(StringComparer.Ordinal);

    private long _added;

    /// <summary>Looks for a recording among those of a speaker.</summary>
    /// <param name="speaker">The normalised name.</param>
    /// <param name="search">Of the recording.</param>
    /// <param name="outline">The recording, to be remembered where it is new; null: only looks.</param>
    /// <param name="owner">Whose recording it is where one may come again as it grows: its own outline is passed over, and
    /// replaced. Null: of one that does not.</param>
    /// <returns>What it has in common with one of them; null where it is new.</returns>
    public CommonStretch? Find(string speaker, StretchSearch search, byte[]? outline, object? owner = null)
    {
        var seen = 0L;
        while (true)
        {
            byte[][] unseen;
            lock (_lock)
            {
                ForgetOld();
                unseen =
                [
                    .. Of(speaker).Where(entry => entry.Number > seen && (owner is null || entry.Owner != owner))
                        .Select(entry => entry.Outline),
                ];
                if (unseen.Length == 0)
                {
                    if (outline is not null)
                    {
                        Add(speaker, outline, owner);
                    }

                    return null;
                }

                seen = _added;
            }

            foreach (var kept in unseen)
            {
                if (search.Find(kept) is { IsOfOneRecording: true } common)
                {
                    return common;
                }
            }
        }
    }

    /// <summary>Forgets a speaker's.</summary>
    public void Forget(string speaker)
    {
        lock (_lock)
        {
            while (_bySpeaker.ContainsKey(speaker))
            {
                ForgetOldestOf(speaker);
            }
        }
    }

    private IEnumerable<Entry> Of(string speaker) =>
        _bySpeaker.TryGetValue(speaker, out var own) ? own.Select(node => node.Value) : [];

    private void Add(string speaker, byte[] outline, object? owner)
    {
        if (options.AcceptedPerSpeaker == 0 || options.Accepted == 0)
        {
            return;
        }

        if (owner is not null && Of(speaker).FirstOrDefault(entry => entry.Owner == owner) is { } earlier)
        {
            earlier.Outline = outline;
            return;
        }

        if (_bySpeaker.TryGetValue(speaker, out var own) && own.Count >= options.AcceptedPerSpeaker)
        {
            ForgetOldestOf(speaker);
        }

        if (_oldestFirst.Count >= options.Accepted)
        {
            ForgetOldestOf(_oldestFirst.First!.Value.Speaker);
        }

        // Looked up now: what was forgotten may have been the last one of this speaker.
        if (!_bySpeaker.TryGetValue(speaker, out own))
        {
            own = new Queue<LinkedListNode<Entry>>();
            _bySpeaker.Add(speaker, own);
        }

        own.Enqueue(_oldestFirst.AddLast(new Entry(++_added, speaker, outline, owner, time.GetTimestamp())));
    }

    private void ForgetOld()
    {
        while (_oldestFirst.First is { Value: var oldest } && time.GetElapsedTime(oldest.At) > _age)
        {
            ForgetOldestOf(oldest.Speaker);
        }
    }

    /// <summary>The oldest of all is the oldest of its speaker, so that this forgets that one too.</summary>
    private void ForgetOldestOf(string speaker)
    {
        var own = _bySpeaker[speaker];
        _oldestFirst.Remove(own.Dequeue());
        if (own.Count == 0)
        {
            _bySpeaker.Remove(speaker);
        }
    }

    private sealed class Entry(long number, string speaker, byte[] outline, object? owner, long at)
    {
        public long Number => number;

        public string Speaker => speaker;

        public byte[] Outline { get; set; } = outline;

        public object? Owner => owner;

        public long At => at;
    }
}
