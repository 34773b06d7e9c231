using Npgsql;
using Speaker.Enrolment;
using Speaker.Enrolment.Audit;

namespace Speaker.Postgres;

/// <summary>Whole speakers out of the store and into it, and changes that enrol nothing: the statements of
/// <see cref="IEditableStore"/>, inside a transaction that has locked the store.</summary>
internal sealed class PostgresEditor(PostgresUtterances utterances, PostgresAudit audit)
{
    /// <summary>A speaker's row.</summary>
    private readonly record struct Entry(long Id, string Subject);

    /// <summary>Removes a speaker with every utterance.</summary>
    /// <returns>False where there was none.</returns>
    public async Task<bool> RemoveAsync(
        PostgresTransaction transaction, string name, CancellationToken cancellationToken)
    {
        if (await FindAsync(transaction, name, cancellationToken).ConfigureAwait(false) is not { } entry)
        {
            return false;
        }

        await RemoveAsync(transaction, entry.Id, cancellationToken).ConfigureAwait(false);
        await audit.AppendAsync(transaction, AuditAction.Remove, entry.Subject, "", cancellationToken)
            .ConfigureAwait(false);
        return true;
    }

    /// <returns>How many utterances are left; null where there is no such one.</returns>
    public async Task<int?> RemoveUtteranceAsync(
        PostgresTransaction transaction, string name, long utterance, CancellationToken cancellationToken)
    {
        if (await FindAsync(transaction, name, cancellationToken).ConfigureAwait(false) is not { } entry
            || await transaction.ExecuteAsync(
                "DELETE FROM utterance WHERE id = $1 AND speaker_id = $2",
                [PostgresValues.Number(utterance), PostgresValues.Number(entry.Id)], cancellationToken)
                .ConfigureAwait(false) == 0)
        {
            return null;
        }

        var left = await RemoveIfEmptyAsync(transaction, entry.Id, cancellationToken).ConfigureAwait(false);
        await audit.AppendAsync(
            transaction, AuditAction.RemoveUtterance, entry.Subject, $"utterance={utterance} left={left}",
            cancellationToken).ConfigureAwait(false);
        return (int)left;
    }

    /// <param name="newName">Checked.</param>
    /// <exception cref="ArgumentException">It is somebody else's.</exception>
    public async Task<bool> RenameAsync(
        PostgresTransaction transaction, string name, string newName, CancellationToken cancellationToken)
    {
        if (await FindAsync(transaction, name, cancellationToken).ConfigureAwait(false) is not { } entry)
        {
            return false;
        }

        if (await FindAsync(transaction, newName, cancellationToken).ConfigureAwait(false) is { } other && other != entry)
        {
            throw new ArgumentException(
                $"'{newName}' is enrolled already: 'speaker merge {name} {newName}' makes the two one speaker");
        }

        var rows = await OwnAsync(transaction, entry.Id, cancellationToken).ConfigureAwait(false);
        await utterances.WriteAsync(
            transaction, rows.ConvertAll(row => row with { Name = newName }), cancellationToken).ConfigureAwait(false);
        await transaction.ExecuteAsync(
            "UPDATE speaker SET name = $2 WHERE id = $1",
            [PostgresValues.Number(entry.Id), PostgresValues.Name(newName)], cancellationToken).ConfigureAwait(false);
        await audit.AppendAsync(transaction, AuditAction.Rename, entry.Subject, "", cancellationToken)
            .ConfigureAwait(false);
        return true;
    }

    public async Task<bool> MergeAsync(
        PostgresTransaction transaction, string name, string into, CancellationToken cancellationToken)
    {
        if (await FindAsync(transaction, name, cancellationToken).ConfigureAwait(false) is not { } from
            || await FindAsync(transaction, into, cancellationToken).ConfigureAwait(false) is not { } to || from == to)
        {
            return false;
        }

        var has = await OwnAsync(transaction, to.Id, cancellationToken).ConfigureAwait(false);
        var gives = await OwnAsync(transaction, from.Id, cancellationToken).ConfigureAwait(false);
        var given = new List<PostgresUtterance>();
        foreach (var row in gives)
        {
            if (has.FindIndex(other => PostgresUtterances.IsSame(other.Kept.Utterance, row.Kept.Utterance))
                is var same and >= 0)
            {
                await PostgresRecordings.PassOnAsync(transaction, row.Kept.Id, has[same].Kept.Id, cancellationToken)
                    .ConfigureAwait(false);
            }
            else
            {
                given.Add(row with { Speaker = to.Id, Name = into });
            }
        }

        await utterances.WriteAsync(transaction, given, cancellationToken).ConfigureAwait(false);
        await transaction.ExecuteAsync(
            """
            UPDATE speaker s SET consent = other.consent, consent_at = other.consent_at
            FROM speaker other WHERE s.id = $2 AND other.id = $1 AND s.consent IS NULL
            """,
            [PostgresValues.Number(from.Id), PostgresValues.Number(to.Id)], cancellationToken).ConfigureAwait(false);
        await RemoveAsync(transaction, from.Id, cancellationToken).ConfigureAwait(false);
        await audit.AppendAsync(
            transaction, AuditAction.Merge, to.Subject, $"from={from.Subject}", cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <returns>How many utterances were added.</returns>
    /// <exception cref="ArgumentException">The name is none.</exception>
    public async Task<int> ImportAsync(
        PostgresTransaction transaction, KeptSpeaker speaker, string modelHash, CancellationToken cancellationToken)
    {
        var name = SpeakerName.Checked(speaker.Name);
        var entry = (await transaction.QueryAsync(
            """
            INSERT INTO speaker AS s (name, enrolled_at, consent, consent_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (name) DO UPDATE SET consent = coalesce(s.consent, excluded.consent),
                consent_at = coalesce(s.consent_at, excluded.consent_at)
            RETURNING id, subject
            """,
            [
                PostgresValues.Name(name), PostgresValues.Time(speaker.EnrolledAt), PostgresValues.Text(speaker.Consent),
                PostgresValues.Time(speaker.ConsentAt),
            ],
            row => new Entry(row.GetInt64(0), row.GetString(1)), cancellationToken).ConfigureAwait(false))[0];
        var has = (await OwnAsync(transaction, entry.Id, cancellationToken).ConfigureAwait(false))
            .ConvertAll(row => row.Kept.Utterance);
        var before = has.Count;
        var batch = transaction.Batch();
        await using (batch.ConfigureAwait(false))
        {
            foreach (var (_, utterance, addedAt) in speaker.Utterances)
            {
                if (!has.Exists(other => PostgresUtterances.IsSame(other, utterance)))
                {
                    utterances.Add(batch, name, modelHash, utterance, addedAt);
                    has.Add(utterance);
                }
            }

            if (has.Count > before)
            {
                await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        await audit.AppendAsync(
            transaction, AuditAction.Import, entry.Subject, $"utterances={has.Count - before}", cancellationToken)
            .ConfigureAwait(false);
        return has.Count - before;
    }

    /// <summary>Removes what was enrolled before a moment.</summary>
    public async Task<ExpiredVoiceprints> ExpireAsync(
        PostgresTransaction transaction, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var (removed, speakers) = (0, 0);
        foreach (var entry in await transaction.QueryAsync(
            """
            SELECT id, subject FROM speaker s
            WHERE EXISTS (SELECT 1 FROM utterance u WHERE u.speaker_id = s.id AND u.added_at < $1)
            """,
            [PostgresValues.Time(before)], row => new Entry(row.GetInt64(0), row.GetString(1)), cancellationToken)
            .ConfigureAwait(false))
        {
            var count = await transaction.ExecuteAsync(
                "DELETE FROM utterance WHERE speaker_id = $1 AND added_at < $2",
                [PostgresValues.Number(entry.Id), PostgresValues.Time(before)], cancellationToken).ConfigureAwait(false);
            var left = await RemoveIfEmptyAsync(transaction, entry.Id, cancellationToken).ConfigureAwait(false);
            await audit.AppendAsync(
                transaction, AuditAction.Expire, entry.Subject, $"utterances={count} left={left}", cancellationToken)
                .ConfigureAwait(false);
            removed += count;
            speakers += left == 0 ? 1 : 0;
        }

        return new ExpiredVoiceprints(removed, speakers);
    }

    /// <summary>Speakers by name, with their utterances in the order of their enrolment.</summary>
    /// <param name="transaction">Reads, at one moment.</param>
    /// <param name="name">Null: everybody.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<IReadOnlyList<KeptSpeaker>> ReadAsync(
        PostgresTransaction transaction, string? name, CancellationToken cancellationToken)
    {
        const string Which = "WHERE s.name = $1 OR $1 IS NULL";
        var speakers = await transaction.QueryAsync(
            $"SELECT s.name, s.enrolled_at, s.consent, s.consent_at FROM speaker s {Which} ORDER BY s.name",
            Values(),
            row => new KeptSpeaker(
                row.GetString(0), row.ReadTime(1), row.ReadText(2), row.IsDBNull(3) ? null : row.ReadTime(3), []),
            cancellationToken).ConfigureAwait(false);
        var rows = (await utterances.ReadAsync(transaction, $"{Which} ORDER BY u.id", Values(), cancellationToken)
            .ConfigureAwait(false)).ToLookup(row => row.Name, row => row.Kept, StringComparer.Ordinal);
        return [.. speakers.Select(speaker => speaker with { Utterances = [.. rows[speaker.Name]] })];

        NpgsqlParameter[] Values() => [name is null ? PostgresValues.Text(null) : PostgresValues.Name(name)];
    }

    private static async Task<Entry?> FindAsync(
        PostgresTransaction transaction, string name, CancellationToken cancellationToken) =>
        await transaction.QueryAsync(
            "SELECT id, subject FROM speaker WHERE name = $1", [PostgresValues.Name(name)],
            row => new Entry(row.GetInt64(0), row.GetString(1)), cancellationToken).ConfigureAwait(false) is [var entry]
            ? entry
            : null;

    private static Task<int> RemoveAsync(
        PostgresTransaction transaction, long speaker, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            "DELETE FROM speaker WHERE id = $1", [PostgresValues.Number(speaker)], cancellationToken);

    /// <returns>How many utterances the speaker has.</returns>
    private static async Task<long> RemoveIfEmptyAsync(
        PostgresTransaction transaction, long speaker, CancellationToken cancellationToken)
    {
        var left = (long)(await transaction.ScalarAsync(
            "SELECT count(*) FROM utterance WHERE speaker_id = $1", [PostgresValues.Number(speaker)],
            cancellationToken).ConfigureAwait(false))!;
        if (left == 0)
        {
            await RemoveAsync(transaction, speaker, cancellationToken).ConfigureAwait(false);
        }

        return left;
    }

    private Task<List<PostgresUtterance>> OwnAsync(
        PostgresTransaction transaction, long speaker, CancellationToken cancellationToken) =>
        utterances.ReadWholeAsync(
            transaction, "WHERE s.id = $1 ORDER BY u.id", [PostgresValues.Number(speaker)], cancellationToken);
}
