using Speaker.Audio.Files;
using Speaker.Enrolment.Audit;

namespace Speaker.Postgres;

/// <summary>The transaction of an enrolment: locks, what is there, what is added, and what the audit log says of
/// it.</summary>
internal sealed class PostgresEnrolment(
    PostgresSchema schema, PostgresUtterances utterances, PostgresAudit audit, TimeProvider time)
{
    /// <summary>Locks as an enrolment does: beside others where the store is of this model, alone where it may be empty. Two
    /// models that come first at once cannot both be.</summary>
    private const string LockToAdd = """
        WITH look AS MATERIALIZED (
            SELECT EXISTS (SELECT 1 FROM utterance WHERE model_hash = $1) AS has
        )
        SELECT has, CASE WHEN has THEN pg_advisory_xact_lock_shared($2) ELSE pg_advisory_xact_lock($2) END IS NULL
        FROM look
        """;

    /// <summary>Adds utterances to a speaker.</summary>
    /// <param name="transaction">Writes.</param>
    /// <param name="name">Checked.</param>
    /// <param name="modelHash">Of the embeddings.</param>
    /// <param name="consent">As <see cref="IVoiceprintStore.AddAsync"/> has it.</param>
    /// <param name="choose">As there.</param>
    /// <param name="requireModel">Refuses a store of another model.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The speaker's id; 0 where nothing was added; null where the lock turned out to be the wrong one, and it has
    /// to be begun again.</returns>
    public async Task<long?> TryAddAsync(
        PostgresTransaction transaction,
        string name,
        string modelHash,
        string? consent,
        Func<IReadOnlyList<StoredUtterance>, IReadOnlyList<StoredUtterance>> choose,
        Func<PostgresTransaction, Task> requireModel,
        CancellationToken cancellationToken)
    {
        var existing = await BeginAsync(transaction, name, modelHash, requireModel, cancellationToken)
            .ConfigureAwait(false);
        if (existing is null)
        {
            return null;
        }

        var added = choose(existing);
        cancellationToken.ThrowIfCancellationRequested();
        if (added.Count == 0)
        {
            return 0;
        }

        var id = await InsertAsync(transaction, name, modelHash, consent, added, cancellationToken)
            .ConfigureAwait(false);
        await audit.AppendAsync(
            transaction, AuditAction.Enrol,
            await PostgresAudit.SubjectAsync(transaction, name, cancellationToken).ConfigureAwait(false),
            $"utterances={added.Count}", cancellationToken).ConfigureAwait(false);
        return id;
    }

    /// <returns>The speaker's id.</returns>
    private async Task<long> InsertAsync(
        PostgresTransaction transaction,
        string name,
        string modelHash,
        string? consent,
        IReadOnlyList<StoredUtterance> added,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        // The speaker's, and one for each utterance.
        var ids = new List<long>();
        var batch = transaction.Batch();
        await using (batch.ConfigureAwait(false))
        {
            batch.Add(
                """
                INSERT INTO speaker AS s (name, enrolled_at, consent, consent_at) VALUES ($1, $2, $3, $4)
                ON CONFLICT (name) DO UPDATE SET consent = coalesce(excluded.consent, s.consent),
                    consent_at = coalesce(excluded.consent_at, s.consent_at)
                RETURNING id
                """,
                PostgresValues.Name(name), PostgresValues.Time(now), PostgresValues.Text(consent),
                PostgresValues.Time(consent is null ? null : now));
            foreach (var utterance in added)
            {
                utterances.Add(batch, name, modelHash, utterance, now);
            }

            var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                do
                {
                    ids.AddRange(
                        await reader.RowsAsync(row => row.GetInt64(0), cancellationToken).ConfigureAwait(false));
                }
                while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false));
            }
        }

        foreach (var (utterance, id) in added.Zip(ids.Skip(1)))
        {
            if (utterance.Copy is PassingSoundCopy copy)
            {
                await PostgresRecordings.AddAsync(transaction, id, copy, cancellationToken).ConfigureAwait(false);
            }
        }

        return ids[0];
    }

    /// <summary>Locks the store and the speaker.</summary>
    /// <returns>What the speaker has, which nobody else changes before the transaction ends; null where the lock turned out
    /// to be the wrong one.</returns>
    private async Task<IReadOnlyList<StoredUtterance>?> BeginAsync(
        PostgresTransaction transaction,
        string name,
        string modelHash,
        Func<PostgresTransaction, Task> requireModel,
        CancellationToken cancellationToken)
    {
        var batch = transaction.Batch();
        await using (batch.ConfigureAwait(false))
        {
            batch.Add(LockToAdd, PostgresValues.Text(modelHash), PostgresValues.Number(schema.StoreLock));
            batch.Add(
                "SELECT pg_advisory_xact_lock($1::integer, hashtext($2))",
                PostgresValues.Number(schema.NameLock), PostgresValues.Name(name));
            batch.Add(
                "SELECT EXISTS (SELECT 1 FROM utterance WHERE model_hash = $1)", PostgresValues.Text(modelHash));
            var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                var wasThere = (await reader.RowsAsync(row => row.GetBoolean(0), cancellationToken).ConfigureAwait(false))[0];
                await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
                await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
                var isThere = (await reader.RowsAsync(row => row.GetBoolean(0), cancellationToken).ConfigureAwait(false))[0];
                if (wasThere && !isThere)
                {
                    return null;
                }
            }
        }

        await requireModel(transaction).ConfigureAwait(false);
        var own = await utterances.ReadWholeAsync(
            transaction, "WHERE s.name = $1 ORDER BY u.id", [PostgresValues.Name(name)], cancellationToken)
            .ConfigureAwait(false);
        return own.ConvertAll(row => row.Kept.Utterance);
    }
}
