using Speaker.Enrolment;

namespace Speaker.Postgres;

/// <summary>Whole speakers out of the store and into it, and changes that enrol nothing: the statements of
/// <see cref="IEditableStore"/>, inside a transaction that has locked the store.</summary>
internal static class PostgresEditor
{
    private const string IdOf = "SELECT id FROM speaker WHERE name = $1";

    /// <summary>Removes a speaker with every utterance.</summary>
    /// <returns>Who it was; null where there was none.</returns>
    public static async Task<long?> RemoveAsync(
        PostgresTransaction transaction, string name, CancellationToken cancellationToken) =>
        (long?)await transaction.ScalarAsync(
            "DELETE FROM speaker WHERE name = $1 RETURNING id", [PostgresValues.Name(name)], cancellationToken)
            .ConfigureAwait(false);

    /// <returns>How many utterances are left; null where there is no such one.</returns>
    public static async Task<int?> RemoveUtteranceAsync(
        PostgresTransaction transaction, string name, long utterance, CancellationToken cancellationToken)
    {
        if (await IdAsync(transaction, name, cancellationToken).ConfigureAwait(false) is not { } id
            || await transaction.ExecuteAsync(
                "DELETE FROM utterance WHERE id = $1 AND speaker_id = $2",
                [PostgresValues.Number(utterance), PostgresValues.Number(id)], cancellationToken).ConfigureAwait(false) == 0)
        {
            return null;
        }

        var left = (long)(await transaction.ScalarAsync(
            "SELECT count(*) FROM utterance WHERE speaker_id = $1", [PostgresValues.Number(id)],
            cancellationToken).ConfigureAwait(false))!;
        if (left == 0)
        {
            await transaction.ExecuteAsync(
                "DELETE FROM speaker WHERE id = $1", [PostgresValues.Number(id)], cancellationToken)
                .ConfigureAwait(false);
        }

        return (int)left;
    }

    /// <param name="newName">Checked.</param>
    /// <exception cref="ArgumentException">It is somebody else's.</exception>
    public static async Task<bool> RenameAsync(
        PostgresTransaction transaction, string name, string newName, CancellationToken cancellationToken)
    {
        if (await IdAsync(transaction, name, cancellationToken).ConfigureAwait(false) is not { } id)
        {
            return false;
        }

        if (await IdAsync(transaction, newName, cancellationToken).ConfigureAwait(false) is { } other && other != id)
        {
            throw new ArgumentException(
                $"'{newName}' is enrolled already: 'speaker merge {name} {newName}' makes the two one speaker");
        }

        await transaction.ExecuteAsync(
            "UPDATE speaker SET name = $2 WHERE id = $1", [PostgresValues.Number(id), PostgresValues.Name(newName)],
            cancellationToken).ConfigureAwait(false);
        return true;
    }

    public static async Task<bool> MergeAsync(
        PostgresTransaction transaction, string name, string into, CancellationToken cancellationToken)
    {
        if (await IdAsync(transaction, name, cancellationToken).ConfigureAwait(false) is not { } from
            || await IdAsync(transaction, into, cancellationToken).ConfigureAwait(false) is not { } to || from == to)
        {
            return false;
        }

        foreach (var statement in (string[])
                 [
                     """
                     UPDATE utterance u SET speaker_id = $2 WHERE speaker_id = $1 AND NOT EXISTS (
                         SELECT 1 FROM utterance own WHERE own.speaker_id = $2 AND own.embedding = u.embedding)
                     """,
                     """
                     UPDATE speaker s SET consent = other.consent, consent_at = other.consent_at
                     FROM speaker other WHERE s.id = $2 AND other.id = $1 AND s.consent IS NULL
                     """,
                     "DELETE FROM speaker WHERE id = $1 AND $2 <> 0",
                 ])
        {
            await transaction.ExecuteAsync(
                statement, [PostgresValues.Number(from), PostgresValues.Number(to)], cancellationToken)
                .ConfigureAwait(false);
        }

        return true;
    }

    /// <returns>How many utterances were added.</returns>
    /// <exception cref="ArgumentException">The name is none.</exception>
    public static async Task<int> ImportAsync(
        PostgresTransaction transaction, KeptSpeaker speaker, string modelHash, CancellationToken cancellationToken)
    {
        var name = SpeakerName.Checked(speaker.Name);
        var id = (long)(await transaction.ScalarAsync(
            """
            INSERT INTO speaker AS s (name, enrolled_at, consent, consent_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (name) DO UPDATE SET consent = coalesce(s.consent, excluded.consent),
                consent_at = coalesce(s.consent_at, excluded.consent_at)
            RETURNING id
            """,
            [
                PostgresValues.Name(name), PostgresValues.Time(speaker.EnrolledAt), PostgresValues.Text(speaker.Consent),
                PostgresValues.Time(speaker.ConsentAt),
            ],
            cancellationToken).ConfigureAwait(false))!;
        if (speaker.Utterances.Count == 0)
        {
            return 0;
        }

        var batch = transaction.Batch();
        await using (batch.ConfigureAwait(false))
        {
            foreach (var (_, utterance, addedAt) in speaker.Utterances)
            {
                batch.Add(
                    """
                    INSERT INTO utterance (speaker_id, model_hash, embedding, speech_seconds, source, added_at,
                        peak, clipped_fraction, speech_level, signal_to_noise, bandwidth, note)
                    SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 WHERE NOT EXISTS (
                        SELECT 1 FROM utterance WHERE speaker_id = $1 AND embedding = $3)
                    """,
                    [
                        PostgresValues.Number(id), PostgresValues.Text(modelHash),
                        PostgresValues.Vector(utterance.Embedding), PostgresValues.Real(utterance.SpeechSeconds),
                        PostgresValues.Text(utterance.Source), PostgresValues.Time(addedAt),
                        .. PostgresValues.Quality(utterance.Quality), PostgresValues.Text(utterance.Note),
                    ]);
            }

            return await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Speakers by name, with their utterances in the order of their enrolment.</summary>
    /// <param name="name">Null: everybody.</param>
    public static async Task<IReadOnlyList<KeptSpeaker>> ReadAsync(
        PostgresTransaction transaction, string? name, CancellationToken cancellationToken)
    {
        var rows = await transaction.QueryAsync(
            """
            SELECT s.name, s.enrolled_at, s.consent, s.consent_at, u.id, u.embedding, u.speech_seconds, u.source,
                   u.added_at, u.note, u.peak, u.clipped_fraction, u.speech_level, u.signal_to_noise, u.bandwidth
            FROM speaker s LEFT JOIN utterance u ON u.speaker_id = s.id
            WHERE s.name = $1 OR $1 IS NULL ORDER BY s.name, u.id
            """,
            [name is null ? PostgresValues.Text(null) : PostgresValues.Name(name)],
            row => (
                Speaker: new KeptSpeaker(
                    row.GetString(0), row.ReadTime(1), row.ReadText(2), row.IsDBNull(3) ? null : row.ReadTime(3), []),
                Utterance: row.IsDBNull(4)
                    ? null
                    : new KeptUtterance(
                        row.GetInt64(4),
                        new StoredUtterance(row.ReadVector(5), row.GetDouble(6), row.GetString(7))
                        {
                            Note = row.ReadText(9),
                            Quality = row.ReadQuality(10),
                        },
                        row.ReadTime(8))),
            cancellationToken).ConfigureAwait(false);
        return
        [
            .. rows.GroupBy(row => row.Speaker.Name, StringComparer.Ordinal).Select(own => own.First().Speaker with
            {
                Utterances = [.. own.Where(row => row.Utterance is not null).Select(row => row.Utterance!)],
            }),
        ];
    }

    private static async Task<long?> IdAsync(
        PostgresTransaction transaction, string name, CancellationToken cancellationToken) =>
        (long?)await transaction.ScalarAsync(IdOf, [PostgresValues.Name(name)], cancellationToken).ConfigureAwait(false);
}
