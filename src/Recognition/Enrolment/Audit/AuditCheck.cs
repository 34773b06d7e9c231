namespace Speaker.Enrolment.Audit;

/// <summary>Goes through an audit log, entry by entry, and says where its chain breaks.</summary>
/// <param name="head">The hash of an entry that was noted before, in hexadecimal, which has to be in the log; null: none
/// was.</param>
internal sealed class AuditCheck(string? head)
{
    private bool _hasHead = head is null;
    private string? _problem;

    /// <summary>Entries that are in order.</summary>
    public long Entries { get; private set; }

    /// <summary>The last of them; null where there is none.</summary>
    public AuditHead? Head { get; private set; }

    /// <summary>What is wrong, and with which entry; null where nothing is. To be asked for when all entries were
    /// added.</summary>
    public string? Problem => _problem ?? (_hasHead
        ? null
        : $"no entry has the hash {head}: entries were removed from the end, or the log was replaced, after that hash was " +
            "noted");

    /// <summary>Adds the next entries, in the order of their sequence.</summary>
    /// <returns>False where the chain is broken: what follows says nothing more.</returns>
    public bool Add(IEnumerable<AuditEntry> entries)
    {
        foreach (var entry in entries)
        {
            _problem = ProblemOf(entry);
            if (_problem is not null)
            {
                return false;
            }

            Entries++;
            Head = new AuditHead(entry.Sequence, entry.Hash);
            _hasHead |= Convert.ToHexString(entry.Hash).Equals(head, StringComparison.OrdinalIgnoreCase);
        }

        return true;
    }

    private string? ProblemOf(AuditEntry entry)
    {
        var expected = (Head?.Sequence ?? 0) + 1;
        if (entry.Sequence != expected)
        {
            return entry.Sequence == expected + 1
                ? $"entry {expected} is missing"
                : $"entries {expected} to {entry.Sequence - 1} are missing";
        }

        if (!entry.ComputeHash().AsSpan().SequenceEqual(entry.Hash))
        {
            return $"entry {entry.Sequence} was changed: its hash is not that of what it says";
        }

        return Head is null && entry.Previous.AsSpan().ContainsAnyExcept((byte)0)
            || (Head is not null && !entry.Previous.AsSpan().SequenceEqual(Head.Hash))
            ? $"entry {entry.Sequence} does not follow the one before: one of the two was replaced"
            : null;
    }
}
