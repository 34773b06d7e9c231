using Npgsql;
using Speaker.Enrolment;
using Speaker.Enrolment.Protection;

namespace Speaker.Postgres;

/// <summary>A row of an utterance.</summary>
/// <param name="Speaker">The speaker's id.</param>
/// <param name="Name">The speaker's name.</param>
/// <param name="ModelHash">Of the model that made the embedding.</param>
/// <param name="Kept">What it says.</param>
internal readonly record struct PostgresUtterance(long Speaker, string Name, string ModelHash, KeptUtterance Kept);

/// <summary>The one place where utterances are written into the database and read from it, and with it where they are sealed
/// and opened.</summary>
/// <param name="vault">Has the keys.</param>
internal sealed class PostgresUtterances(TemplateVault vault)
{
    private const string Columns = """
        SELECT s.id, s.name, u.model_hash, u.key_id, u.id, u.embedding, u.speech_seconds, u.source, u.added_at, u.note,
               u.peak, u.clipped_fraction, u.speech_level, u.signal_to_noise, u.bandwidth
        """;

    private const string Tables = "FROM utterance u JOIN speaker s ON s.id = u.speaker_id";

    private const string Insert = """
        INSERT INTO utterance (speaker_id, model_hash, key_id, embedding, speech_seconds, source, added_at,
            fingerprint, peak, clipped_fraction, speech_level, signal_to_noise, bandwidth, note)
        SELECT id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14 FROM speaker WHERE name = $1
        RETURNING id
        """;

    private const string Update = """
        UPDATE utterance SET speaker_id = $2, model_hash = $3, key_id = $4, embedding = $5, speech_seconds = $6,
            fingerprint = $7
        WHERE id = $1
        """;

    /// <summary>Whether two utterances are of the same samples.</summary>
    public static bool IsSame(StoredUtterance one, StoredUtterance other) =>
        one.Embedding.AsSpan().SequenceEqual(other.Embedding);

    /// <summary>Adds an utterance of a speaker who is there, sealed where there is a key, to the statements that are sent
    /// together; its result is the utterance's id. Of its recording see <see cref="PostgresRecordings"/>.</summary>
    public void Add(
        NpgsqlBatch batch, string name, string modelHash, StoredUtterance utterance, DateTimeOffset addedAt)
    {
        var key = vault.CurrentKey();
        batch.Add(Insert, [
            PostgresValues.Name(name), PostgresValues.Text(modelHash), .. Sealed(key, name, modelHash, utterance),
            PostgresValues.Real(utterance.SpeechSeconds), PostgresValues.Text(utterance.Source),
            PostgresValues.Time(addedAt), Outline(key, name, modelHash, utterance),
            .. PostgresValues.Quality(utterance.Quality), PostgresValues.Text(utterance.Note),
        ]);
    }

    /// <summary>Rows without the outlines of the recordings.</summary>
    /// <param name="transaction">Reads.</param>
    /// <param name="which">The rest of the query: condition, order, limit.</param>
    /// <param name="values">Its values.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="StoreException">A key is missing, or a row does not open.</exception>
    public Task<List<PostgresUtterance>> ReadAsync(
        PostgresTransaction transaction,
        string which,
        IReadOnlyList<NpgsqlParameter> values,
        CancellationToken cancellationToken) =>
        transaction.QueryAsync($"{Columns}, NULL::bytea {Tables} {which}", values, Open, cancellationToken);

    /// <summary>As <see cref="ReadAsync"/>, with the outlines.</summary>
    public Task<List<PostgresUtterance>> ReadWholeAsync(
        PostgresTransaction transaction,
        string which,
        IReadOnlyList<NpgsqlParameter> values,
        CancellationToken cancellationToken) =>
        transaction.QueryAsync($"{Columns}, u.fingerprint {Tables} {which}", values, Open, cancellationToken);

    /// <summary>Writes rows again, sealed with the current key for what they say.</summary>
    public async Task WriteAsync(
        PostgresTransaction transaction, IReadOnlyList<PostgresUtterance> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var key = vault.CurrentKey();
        var batch = transaction.Batch();
        await using (batch.ConfigureAwait(false))
        {
            foreach (var (speaker, name, hash, kept) in rows)
            {
                batch.Add(Update, [
                    PostgresValues.Number(kept.Id), PostgresValues.Number(speaker), PostgresValues.Text(hash),
                    .. Sealed(key, name, hash, kept.Utterance), PostgresValues.Real(kept.Utterance.SpeechSeconds),
                    Outline(key, name, hash, kept.Utterance),
                ]);
            }

            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Seals with the current key what is not sealed with it.</summary>
    /// <param name="transaction">Writes, and has locked the store.</param>
    /// <param name="after">The id of the last utterance that was looked at.</param>
    /// <param name="most">How many are sealed.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>How many were sealed, the id of the last one, and the key; null where there is none left.</returns>
    public async Task<(int Count, long Last, string? Key)?> SealNextAsync(
        PostgresTransaction transaction, long after, int most, CancellationToken cancellationToken)
    {
        var key = vault.CurrentKey();
        var rows = await ReadWholeAsync(
            transaction, "WHERE u.id > $1 AND u.key_id IS DISTINCT FROM $2 ORDER BY u.id LIMIT $3",
            [PostgresValues.Number(after), PostgresValues.Text(key), PostgresValues.Number(most)], cancellationToken)
            .ConfigureAwait(false);
        await WriteAsync(transaction, rows, cancellationToken).ConfigureAwait(false);
        return rows.Count == 0 ? null : (rows.Count, rows[^1].Kept.Id, key);
    }

    /// <summary>How many utterances are sealed with which key; null: not sealed.</summary>
    public static Task<List<SealedCount>> CountByKeyAsync(
        PostgresTransaction transaction, CancellationToken cancellationToken) =>
        transaction.QueryAsync(
            "SELECT key_id, count(*) FROM utterance GROUP BY key_id ORDER BY key_id NULLS FIRST", [],
            row => new SealedCount(row.ReadText(0), row.GetInt64(1)), cancellationToken);

    /// <summary>The keys that the first and the last utterance are sealed with.</summary>
    public static Task<List<string>> KeysAtTheEndsAsync(
        PostgresTransaction transaction, CancellationToken cancellationToken) => transaction.QueryAsync(
            """
            SELECT DISTINCT key_id FROM utterance
            WHERE id IN ((SELECT min(id) FROM utterance), (SELECT max(id) FROM utterance)) AND key_id IS NOT NULL
            """,
            [], row => row.GetString(0), cancellationToken);

    private NpgsqlParameter[] Sealed(string? key, string name, string modelHash, StoredUtterance utterance) =>
    [
        PostgresValues.Text(key),
        PostgresValues.Bytes(vault.Seal(key, utterance.Embedding, SpeakerName.Normalise(name), modelHash)),
    ];

    private NpgsqlParameter Outline(string? key, string name, string modelHash, StoredUtterance utterance) =>
        PostgresValues.Bytes(utterance.Fingerprint is { } outline
            ? vault.Seal(
                key, outline,
                new TemplatePlace(SpeakerName.Normalise(name), modelHash, TemplateColumn.Fingerprint))
            : null);

    private PostgresUtterance Open(NpgsqlDataReader row)
    {
        var (name, hash, key) = (row.GetString(1), row.GetString(2), row.ReadText(3));
        return new PostgresUtterance(
            row.GetInt64(0), name, hash,
            new KeptUtterance(
                row.GetInt64(4),
                new StoredUtterance(
                    vault.Open(key, row.GetFieldValue<byte[]>(5), name, hash), row.GetDouble(6), row.GetString(7))
                {
                    Note = row.ReadText(9),
                    Quality = row.ReadQuality(10),
                    Fingerprint = row.IsDBNull(15)
                        ? null
                        : vault.Open(
                            key, row.GetFieldValue<byte[]>(15), new TemplatePlace(name, hash, TemplateColumn.Fingerprint)),
                },
                row.ReadTime(8)));
    }
}
