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

    /// <summary>What those speakers have enrolled of whom there is an entry.</summary>
    private readonly EnrolledMarks _enrolled = new();

    private long _added;

    /// <summary>Looks for a recording among those of a speaker.</summary>
    /// <param name="speaker">The normalised name.</param>
    /// <param name="enrolled">Outlines of what the speaker has enrolled.</param>
    /// <param name="search">Of the recording.</param>
    /// <param name="outline">The recording, to be remembered where it is new; null: only looks.</param>
    /// <param name="owner">Whose recording it is where one may come again as it grows: its own outline is passed over, and
    /// replaced. Null: of one that does not.</param>
    /// <returns>What it has in common with one of them; null where it is new.</returns>
    public CommonStretch? Find(
        string speaker,
        IReadOnlyList<byte[]> enrolled,
        StretchSearch search,
        byte[]? outline,
        object? owner = null)
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
                        Add(speaker, enrolled, outline, owner);
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

    /// <summary>Other names of whom there are recordings, and who had some of what a speaker has enrolled when one of
    /// them was accepted: the speaker's former ones, unless both have it.</summary>
    /// <param name="speaker">The normalised name.</param>
    /// <param name="enrolled">Outlines of what the speaker has enrolled.</param>
    public string[] NamesOf(string speaker, IReadOnlyList<byte[]> enrolled)
    {
        lock (_lock)
        {
            return _enrolled.Others(speaker, enrolled);
        }
    }

    /// <summary>Gives what there is under a former name to the speaker who has what that one had enrolled.</summary>
    /// <param name="former">That name.</param>
    /// <param name="speaker">The normalised name.</param>
    /// <param name="enrolled">Outlines of what the speaker has enrolled.</param>
    public void Rename(string former, string speaker, IReadOnlyList<byte[]> enrolled)
    {
        lock (_lock)
        {
            if (!_bySpeaker.Remove(former, out var given))
            {
                return;
            }

            _enrolled.Forget(former);
            _enrolled.Note(speaker, enrolled);
            foreach (var node in given)
            {
                node.Value.Speaker = speaker;
            }

            _bySpeaker[speaker] = new Queue<LinkedListNode<Entry>>(
                given.Concat(_bySpeaker.GetValueOrDefault(speaker) ?? []).OrderBy(node => node.Value.Number));
            while (_bySpeaker[speaker].Count > options.AcceptedPerSpeaker)
            {
                ForgetOldestOf(speaker);
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

    private void Add(string speaker, IReadOnlyList<byte[]> enrolled, byte[] outline, object? owner)
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

        _enrolled.Note(speaker, enrolled);
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
            _enrolled.Forget(speaker);
        }
    }

    private sealed class Entry(long number, string speaker, byte[] outline, object? owner, long at)
    {
        public long Number => number;

        public string Speaker { get; set; } = speaker;

        public byte[] Outline { get; set; } = outline;

        public object? Owner => owner;

        public long At => at;
    }
}
