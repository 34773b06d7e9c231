using Speaker.Enrolment.Audit;

namespace Speaker.Postgres;

/// <summary>The audit log in the database. An entry is written in the transaction of what it tells, as the last thing in it:
/// who adds to the log waits until the one before is committed.</summary>
/// <param name="schema">Whose locks it takes.</param>
/// <param name="time">What says when.</param>
internal sealed class PostgresAudit(PostgresSchema schema, TimeProvider time)
{
    /// <summary>What the log calls a speaker; null where there is none of that name.</summary>
    public static async Task<string?> SubjectAsync(
        PostgresTransaction transaction, string name, CancellationToken cancellationToken) =>
        (string?)await transaction.ScalarAsync(
            "SELECT subject FROM speaker WHERE name = $1", [PostgresValues.Name(name)], cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Writes the next entry.</summary>
    /// <param name="transaction">Of the change.</param>
    /// <param name="action">As <see cref="AuditAction"/>.</param>
    /// <param name="subject">Of the speaker; null: nobody in particular.</param>
    /// <param name="detail">Never a name.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task AppendAsync(
        PostgresTransaction transaction,
        string action,
        string? subject,
        string detail,
        CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync(
            "SELECT pg_advisory_xact_lock($1)", [PostgresValues.Number(schema.AuditLock)], cancellationToken)
            .ConfigureAwait(false);
        var head = await transaction.QueryAsync(
            "SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1", [],
            row => new AuditHead(row.GetInt64(0), row.GetFieldValue<byte[]>(1)), cancellationToken).ConfigureAwait(false);
        var entry = AuditEntry.After(head.Count == 0 ? null : head[0], time.GetUtcNow(), action, subject, detail);
        await transaction.ExecuteAsync(
            """
            INSERT INTO audit (sequence, at, actor, action, subject, detail, previous, hash)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            [
                PostgresValues.Number(entry.Sequence), PostgresValues.Time(entry.At), PostgresValues.Text(entry.Actor),
                PostgresValues.Text(entry.Action), PostgresValues.Text(entry.Subject), PostgresValues.Text(entry.Detail),
                PostgresValues.Bytes(entry.Previous), PostgresValues.Bytes(entry.Hash),
            ],
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Entries in their order, with the names of those who are enrolled.</summary>
    /// <param name="transaction">Reads.</param>
    /// <param name="after">The sequence of the entry before the first one.</param>
    /// <param name="most">How many.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<IReadOnlyList<AuditEntry>> ReadAsync(
        PostgresTransaction transaction, long after, int most, CancellationToken cancellationToken) =>
        await transaction.QueryAsync(
            """
            SELECT a.sequence, a.at, a.actor, a.action, a.subject, a.detail, a.previous, a.hash, s.name
            FROM audit a LEFT JOIN speaker s ON s.subject = a.subject
            WHERE a.sequence > $1 ORDER BY a.sequence LIMIT $2
            """,
            [PostgresValues.Number(after), PostgresValues.Number(most)],
            row => new AuditEntry(
                row.GetInt64(0), row.ReadTime(1), row.GetString(2), row.GetString(3), row.ReadText(4), row.GetString(5),
                row.GetFieldValue<byte[]>(6), row.GetFieldValue<byte[]>(7))
            {
                Speaker = row.ReadText(8),
            },
            cancellationToken).ConfigureAwait(false);
}
