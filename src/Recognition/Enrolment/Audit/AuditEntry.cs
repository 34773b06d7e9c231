using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Speaker.Enrolment.Audit;

/// <summary>One entry of the audit log.</summary>
/// <param name="Sequence">1 for the first, and 1 more for each.</param>
/// <param name="At">When, UTC, to the microsecond.</param>
/// <param name="Actor">Who did it: <see cref="AuditActor"/>.</param>
/// <param name="Action">What: <see cref="AuditAction"/>.</param>
/// <param name="Subject">The speaker, by a random number that only the speaker's row ties to the name: when the speaker is
/// removed, nothing does. Null where it was nobody in particular.</param>
/// <param name="Detail">Counts and the like; never a name.</param>
/// <param name="Previous">The hash of the entry before; zeros for the first.</param>
/// <param name="Hash">SHA-256 over everything else.</param>
internal sealed record AuditEntry(
    long Sequence,
    DateTimeOffset At,
    string Actor,
    string Action,
    string? Subject,
    string Detail,
    byte[] Previous,
    byte[] Hash)
{
    /// <summary>The speaker's name now; null where there is none any more. It is no part of the log.</summary>
    public string? Speaker { get; init; }

    /// <summary>The entry that follows another.</summary>
    /// <param name="before">Null: there is none.</param>
    /// <param name="at">When.</param>
    /// <param name="action">What.</param>
    /// <param name="subject">Of whom.</param>
    /// <param name="detail">More of it.</param>
    public static AuditEntry After(
        AuditHead? before, DateTimeOffset at, string action, string? subject, string detail)
    {
        var entry = new AuditEntry(
            (before?.Sequence ?? 0) + 1, new DateTimeOffset(at.UtcTicks - (at.UtcTicks % 10), TimeSpan.Zero),
            AuditActor.Current, action, subject, detail, before?.Hash ?? new byte[SHA256.HashSizeInBytes], []);
        return entry with { Hash = entry.ComputeHash() };
    }

    /// <summary>What <see cref="Hash"/> has to be: of each text its length comes first, so that no two entries are the
    /// same bytes.</summary>
    public byte[] ComputeHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Number(Sequence);
        Number(At.UtcTicks);
        Text(Actor);
        Text(Action);
        Number(Subject is null ? 0 : 1);
        Text(Subject ?? "");
        Text(Detail);
        hash.AppendData(Previous);
        return hash.GetHashAndReset();

        void Number(long value)
        {
            Span<byte> bytes = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
            hash.AppendData(bytes);
        }

        void Text(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            Number(bytes.Length);
            hash.AppendData(bytes);
        }
    }
}

/// <summary>The last entry of a log, by which what follows is chained to it.</summary>
/// <param name="Sequence">Of the entry.</param>
/// <param name="Hash">Of the entry.</param>
internal sealed record AuditHead(long Sequence, byte[] Hash);
