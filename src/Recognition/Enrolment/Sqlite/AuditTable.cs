using System.Globalization;
using Microsoft.Data.Sqlite;
using Speaker.Enrolment.Audit;

namespace Speaker.Enrolment.Sqlite;

/// <summary>The audit log in the file. An entry is written in the transaction of what it tells, and triggers refuse to change
/// or delete one.</summary>
internal static class AuditTable
{
    /// <summary>Writes the next entry.</summary>
    /// <param name="store">Holds the log.</param>
    /// <param name="transaction">Of the change.</param>
    /// <param name="action">As <see cref="AuditAction"/>.</param>
    /// <param name="subject">Of the speaker; null: nobody in particular.</param>
    /// <param name="detail">Never a name.</param>
    public static void Append(
        VoiceprintDatabase store, SqliteTransaction transaction, string action, string? subject, string detail)
    {
        AuditHead? head = null;
        using (var look = store.Command(transaction, "SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1"))
        {
            using var reader = look.ExecuteReader();
            if (reader.Read())
            {
                head = new AuditHead(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1));
            }
        }

        var entry = AuditEntry.After(head, store.Now, action, subject, detail);
        store.Execute(transaction, """
            INSERT INTO audit (sequence, at, actor, action, subject, detail, previous, hash)
            VALUES ($sequence, $at, $actor, $action, $subject, $detail, $previous, $hash)
            """,
            ("$sequence", entry.Sequence), ("$at", StoredTime.Text(entry.At)), ("$actor", entry.Actor),
            ("$action", entry.Action), ("$subject", entry.Subject), ("$detail", entry.Detail),
            ("$previous", entry.Previous), ("$hash", entry.Hash));
    }

    /// <summary>Entries in their order, with the names of those who are enrolled.</summary>
    /// <param name="store">Holds them.</param>
    /// <param name="transaction">Of the reader.</param>
    /// <param name="after">The sequence of the entry before the first one.</param>
    /// <param name="most">How many.</param>
    public static IReadOnlyList<AuditEntry> Read(
        VoiceprintDatabase store, SqliteTransaction transaction, long after, int most)
    {
        using var command = store.Command(transaction, """
            SELECT a.sequence, a.at, a.actor, a.action, a.subject, a.detail, a.previous, a.hash, s.name
            FROM audit a LEFT JOIN speaker s ON s.subject = a.subject
            WHERE a.sequence > $after ORDER BY a.sequence LIMIT $most
            """, ("$after", after), ("$most", most));
        using var reader = command.ExecuteReader();
        var entries = new List<AuditEntry>();
        while (reader.Read())
        {
            entries.Add(new AuditEntry(
                reader.GetInt64(0),
                // Whatever was written over it: the check of the chain says so.
                DateTimeOffset.TryParse(
                    reader.GetString(1), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                    ? at
                    : default,
                reader.GetString(2), reader.GetString(3), reader.IsDBNull(4) ? null : reader.GetString(4),
                reader.GetString(5), reader.GetFieldValue<byte[]>(6), reader.GetFieldValue<byte[]>(7))
            {
                Speaker = reader.IsDBNull(8) ? null : SpeakerName.Normalise(reader.GetString(8)),
            });
        }

        return entries;
    }
}
