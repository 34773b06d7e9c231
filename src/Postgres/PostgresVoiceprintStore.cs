using Npgsql;
using Speaker.Enrolment;
using Speaker.Models;

namespace Speaker.Postgres;

/// <summary>
/// Voiceprints in a database of PostgreSQL, for any number of processes and machines at once. Tables are made by the first
/// enrolment; reading makes none.
/// </summary>
/// <remarks>
/// Those who add to different speakers do not wait for each other; who adds to the same one does, and so does every other
/// change. A speaker is always read from the server. Everybody together is kept in memory from the second time on, and
/// what others change meanwhile is known by notification: a few milliseconds later.
/// </remarks>
internal sealed class PostgresVoiceprintStore : IEditableStore, IDisposable
{
    /// <summary>Locks as an enrolment does: beside others where the store is of this model, alone where it may be empty. Two
    /// models that come first at once cannot both be.</summary>
    private const string LockToAdd = """
        WITH look AS MATERIALIZED (
            SELECT EXISTS (SELECT 1 FROM speaker.utterance WHERE model_hash = $1) AS has
        )
        SELECT has, CASE WHEN has THEN pg_advisory_xact_lock_shared($2) ELSE pg_advisory_xact_lock($2) END IS NULL
        FROM look
        """;

    private const string Insert = """
        INSERT INTO speaker.utterance (speaker_id, model_hash, embedding, speech_seconds, source, added_at, fingerprint,
            peak, clipped_fraction, speech_level, signal_to_noise, bandwidth, note)
        SELECT id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 FROM speaker.speaker WHERE name = $1
        """;

    private readonly PostgresConnections _connections;
    private readonly PostgresGallery _gallery;
    private readonly TimeProvider _time;
    private readonly bool _isExposed;
    private volatile bool _isCurrent;
    private int _galleryReads;

    /// <param name="options">The address is its path.</param>
    /// <param name="time">What says when something is enrolled.</param>
    /// <exception cref="FormatException">The path is no address.</exception>
    public PostgresVoiceprintStore(StoreOptions options, TimeProvider time)
    {
        var address = PostgresAddress.Parse(options.Path!);
        _connections = new PostgresConnections(address, TimeSpan.FromSeconds(options.BusyTimeoutSeconds));
        _gallery = new PostgresGallery(_connections);
        _time = time;
        _isExposed = !address.IsLocal;
    }

    public string Location => _connections.Location;

    public Task<IReadOnlyList<StoredUtterance>> GetUtterancesAsync(
        string speaker, string modelHash, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<StoredUtterance>>(
            async transaction =>
            {
                await RequireModelAsync(transaction, modelHash, cancellationToken).ConfigureAwait(false);
                var own = await OwnAsync(transaction, speaker, cancellationToken).ConfigureAwait(false);
                return [.. own.Select(utterance => utterance with { Fingerprint = null })];
            },
            [], cancellationToken);

    public Task<IReadOnlyList<byte[]>> ReadOutlinesAsync(string speaker, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<byte[]>>(
            async transaction => await transaction.QueryAsync(
                """
                SELECT u.fingerprint FROM speaker.utterance u JOIN speaker.speaker s ON s.id = u.speaker_id
                WHERE s.name = $1 AND u.fingerprint IS NOT NULL
                """,
                [PostgresValues.Name(speaker)], row => row.GetFieldValue<byte[]>(0), cancellationToken)
                .ConfigureAwait(false),
            [], cancellationToken);

    public async Task<IReadOnlyDictionary<string, IReadOnlyList<StoredUtterance>>> GetAllUtterancesAsync(
        string modelHash, CancellationToken cancellationToken)
    {
        // A process that asks once, as most verbs do, need not hear of changes.
        var isFirst = Interlocked.Increment(ref _galleryReads) == 1;
        if (!await IsThereAsync(cancellationToken).ConfigureAwait(false))
        {
            return new Dictionary<string, IReadOnlyList<StoredUtterance>>();
        }

        return isFirst
            ? await _connections.ReadAsync(
                async transaction =>
                {
                    await RequireModelAsync(transaction, modelHash, cancellationToken).ConfigureAwait(false);
                    var speakers = await PostgresGallery.ReadAsync(transaction, null, cancellationToken)
                        .ConfigureAwait(false);
                    return PostgresGallery.ByName(speakers.Values);
                },
                cancellationToken).ConfigureAwait(false)
            : await _gallery.GetAsync(
                transaction => RequireModelAsync(transaction, modelHash, cancellationToken), modelHash, cancellationToken)
                .ConfigureAwait(false);
    }

    public Task<IReadOnlyList<EnrolledSpeaker>> ListAsync(CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<EnrolledSpeaker>>(
            async transaction => await transaction.QueryAsync(
                """
                SELECT s.name, count(u.id)::integer, coalesce(sum(u.speech_seconds), 0), coalesce(min(u.model_hash), ''),
                       s.enrolled_at, coalesce(max(u.added_at), s.enrolled_at), s.consent, s.consent_at
                FROM speaker.speaker s LEFT JOIN speaker.utterance u ON u.speaker_id = s.id
                GROUP BY s.id ORDER BY s.name
                """,
                [],
                row => new EnrolledSpeaker(
                    row.GetString(0), row.GetInt32(1), row.GetDouble(2), row.GetString(3), row.ReadTime(4),
                    row.ReadTime(5), row.ReadText(6), row.IsDBNull(7) ? null : row.ReadTime(7)),
                cancellationToken).ConfigureAwait(false),
            [], cancellationToken);

    public async Task AddAsync(
        string speaker,
        string modelHash,
        string? consent,
        Func<IReadOnlyList<StoredUtterance>, IReadOnlyList<StoredUtterance>> choose,
        CancellationToken cancellationToken)
    {
        var name = SpeakerName.Checked(speaker);
        // 0: nothing was added. Null: the speakers of this model were removed before the lock was there, and an empty store is locked otherwise.
        long? id;
        do
        {
            id = await WriteAsync(
                transaction => TryAddAsync(transaction, name, modelHash, consent, choose, cancellationToken),
                cancellationToken).ConfigureAwait(false);
        }
        while (id is null);

        if (id != 0)
        {
            _gallery.Changed(id.Value);
        }
    }

    public async Task<bool> RemoveAsync(string speaker, CancellationToken cancellationToken)
    {
        var id = await EditAsync(
            transaction => PostgresEditor.RemoveAsync(transaction, speaker, cancellationToken), null, cancellationToken)
            .ConfigureAwait(false);
        return Told(id is not null);
    }

    public async Task<int?> RemoveUtteranceAsync(string speaker, long id, CancellationToken cancellationToken)
    {
        var left = await EditAsync(
            transaction => PostgresEditor.RemoveUtteranceAsync(transaction, speaker, id, cancellationToken), null,
            cancellationToken).ConfigureAwait(false);
        Told(left is not null);
        return left;
    }

    public async Task<bool> RenameAsync(string speaker, string newName, CancellationToken cancellationToken)
    {
        newName = SpeakerName.Checked(newName);
        return Told(await EditAsync(
            transaction => PostgresEditor.RenameAsync(transaction, speaker, newName, cancellationToken), false,
            cancellationToken).ConfigureAwait(false));
    }

    public async Task<bool> MergeAsync(string speaker, string into, CancellationToken cancellationToken) =>
        Told(await EditAsync(
            transaction => PostgresEditor.MergeAsync(transaction, speaker, into, cancellationToken), false,
            cancellationToken).ConfigureAwait(false));

    public async Task<int> ImportAsync(
        IReadOnlyList<KeptSpeaker> speakers, string modelHash, CancellationToken cancellationToken)
    {
        var added = await WriteAsync(
            async transaction =>
            {
                await LockAsync(transaction, cancellationToken).ConfigureAwait(false);
                await RequireModelAsync(transaction, modelHash, cancellationToken).ConfigureAwait(false);
                var count = 0;
                foreach (var speaker in speakers)
                {
                    count += await PostgresEditor.ImportAsync(transaction, speaker, modelHash, cancellationToken)
                        .ConfigureAwait(false);
                }

                return count;
            },
            cancellationToken).ConfigureAwait(false);
        Told(true);
        return added;
    }

    public Task PrepareAsync(string modelHash, CancellationToken cancellationToken) => WriteAsync(
        async transaction =>
        {
            await RequireModelAsync(transaction, modelHash, cancellationToken).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    public Task<KeptSpeaker?> ReadAsync(string speaker, string modelHash, CancellationToken cancellationToken) =>
        ReadAsync(
            async transaction =>
            {
                await RequireModelAsync(transaction, modelHash, cancellationToken).ConfigureAwait(false);
                var found = await PostgresEditor.ReadAsync(transaction, speaker, cancellationToken).ConfigureAwait(false);
                return found.Count == 0 ? null : found[0];
            },
            null, cancellationToken);

    public Task<IReadOnlyList<KeptSpeaker>> ReadAllAsync(string modelHash, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<KeptSpeaker>>(
            async transaction =>
            {
                await RequireModelAsync(transaction, modelHash, cancellationToken).ConfigureAwait(false);
                return await PostgresEditor.ReadAsync(transaction, null, cancellationToken).ConfigureAwait(false);
            },
            [], cancellationToken);

    /// <summary>Reads every row with its index entries. A page whose checksum is wrong is found where the cluster has
    /// checksums.</summary>
    public async Task<StoreCondition?> ExamineAsync(CancellationToken cancellationToken)
    {
        if (!await IsThereAsync(cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        return await _connections.ReadAsync(
            async transaction =>
            {
                var server = (string?)await transaction.ScalarAsync(
                    "SELECT current_setting('server_version')", [], cancellationToken).ConfigureAwait(false);
                var isEncrypted = (bool?)await transaction.ScalarAsync(
                    "SELECT ssl FROM pg_catalog.pg_stat_ssl WHERE pid = pg_backend_pid()", [], cancellationToken)
                    .ConfigureAwait(false) ?? false;
                string? damage = null;
                try
                {
                    await transaction.ScalarAsync(
                        """
                        SELECT count(*), sum(hashtext(s.name)::bigint), sum(get_byte(u.embedding, 0))
                        FROM speaker.speaker s LEFT JOIN speaker.utterance u ON u.speaker_id = s.id
                        """, [], cancellationToken).ConfigureAwait(false);
                }
                catch (PostgresException exception) when (
                    PostgresFailure.Explain(Location, exception).Problem == StoreProblem.Damaged)
                {
                    damage = exception.MessageText;
                }

                var isExposed = _isExposed && !isEncrypted;
                return (StoreCondition?)new StoreCondition(
                    // Debian's answer goes on with the package's version.
                    $"PostgreSQL {server?.Split(' ')[0]}", damage,
                    isExposed ? "the connection to it is not encrypted" : null,
                    isExposed ? "add sslmode=verify-full to the address, and set the server up for it" : "");
            },
            cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _gallery.Dispose();
        _connections.Dispose();
    }

    private async Task<long?> TryAddAsync(
        PostgresTransaction transaction,
        string name,
        string modelHash,
        string? consent,
        Func<IReadOnlyList<StoredUtterance>, IReadOnlyList<StoredUtterance>> choose,
        CancellationToken cancellationToken)
    {
        var existing = await BeginAddAsync(transaction, name, modelHash, cancellationToken).ConfigureAwait(false);
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

        var now = _time.GetUtcNow();
        var batch = transaction.Batch();
        await using (batch.ConfigureAwait(false))
        {
            batch.Add(
                """
                INSERT INTO speaker.speaker AS s (name, enrolled_at, consent, consent_at) VALUES ($1, $2, $3, $4)
                ON CONFLICT (name) DO UPDATE SET consent = coalesce(excluded.consent, s.consent),
                    consent_at = coalesce(excluded.consent_at, s.consent_at)
                RETURNING id
                """,
                PostgresValues.Name(name), PostgresValues.Time(now), PostgresValues.Text(consent),
                PostgresValues.Time(consent is null ? null : now));
            foreach (var utterance in added)
            {
                batch.Add(Insert, [
                    PostgresValues.Name(name), PostgresValues.Text(modelHash), PostgresValues.Vector(utterance.Embedding),
                    PostgresValues.Real(utterance.SpeechSeconds), PostgresValues.Text(utterance.Source),
                    PostgresValues.Time(now), PostgresValues.Bytes(utterance.Fingerprint),
                    .. PostgresValues.Quality(utterance.Quality), PostgresValues.Text(utterance.Note),
                ]);
            }

            return (long)(await batch.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        }
    }

    /// <summary>Locks the store and the speaker.</summary>
    /// <returns>What the speaker has, which nobody else changes before the transaction ends; null where the lock turned out
    /// to be the wrong one.</returns>
    private async Task<IReadOnlyList<StoredUtterance>?> BeginAddAsync(
        PostgresTransaction transaction, string name, string modelHash, CancellationToken cancellationToken)
    {
        var batch = transaction.Batch();
        await using (batch.ConfigureAwait(false))
        {
            batch.Add(LockToAdd, PostgresValues.Text(modelHash), PostgresValues.Number(PostgresSchema.StoreLock));
            batch.Add(
                "SELECT pg_advisory_xact_lock($1::integer, hashtext($2))",
                PostgresValues.Number(PostgresSchema.NameLock), PostgresValues.Name(name));
            batch.Add(
                "SELECT EXISTS (SELECT 1 FROM speaker.utterance WHERE model_hash = $1)", PostgresValues.Text(modelHash));
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

        await RequireModelAsync(transaction, modelHash, cancellationToken).ConfigureAwait(false);
        return await OwnAsync(transaction, name, cancellationToken).ConfigureAwait(false);
    }

    private static Task<List<StoredUtterance>> OwnAsync(
        PostgresTransaction transaction, string name, CancellationToken cancellationToken) =>
        transaction.QueryAsync(
            """
            SELECT u.embedding, u.speech_seconds, u.source, u.fingerprint,
                   u.peak, u.clipped_fraction, u.speech_level, u.signal_to_noise, u.bandwidth
            FROM speaker.utterance u JOIN speaker.speaker s ON s.id = u.speaker_id
            WHERE s.name = $1 ORDER BY u.id
            """,
            [PostgresValues.Name(name)],
            row => new StoredUtterance(row.ReadVector(0), row.GetDouble(1), row.GetString(2))
            {
                Fingerprint = row.IsDBNull(3) ? null : row.GetFieldValue<byte[]>(3),
                Quality = row.ReadQuality(4),
            },
            cancellationToken);

    private static Task<int> LockAsync(PostgresTransaction transaction, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            "SELECT pg_advisory_xact_lock($1)", [PostgresValues.Number(PostgresSchema.StoreLock)], cancellationToken);

    /// <summary>What others keep in memory they hear from the server; this process knows of its own changes at once.</summary>
    private bool Told(bool isChanged)
    {
        if (isChanged)
        {
            _gallery.ChangedMuch();
        }

        return isChanged;
    }

    private async Task RequireModelAsync(
        PostgresTransaction transaction, string modelHash, CancellationToken cancellationToken)
    {
        // Two ranges, because the index on the hash cannot serve "<>".
        if (await transaction.ScalarAsync(
            "SELECT model_hash FROM speaker.utterance WHERE model_hash < $1 OR model_hash > $1 LIMIT 1",
            [PostgresValues.Text(modelHash)], cancellationToken).ConfigureAwait(false) is string other)
        {
            throw new StoreException(
                StoreProblem.OtherModel,
                $"store {Location} was made with model {ShippedModels.Describe(other)}, but the model in use is " +
                $"{ShippedModels.Describe(modelHash)}: embeddings of two models cannot be compared; use that model " +
                "(--model or Speaker:Model), or enrol again into another database");
        }
    }

    /// <summary>Whether there is a store; one of an earlier version is brought up to this one's.</summary>
    private async Task<bool> IsThereAsync(CancellationToken cancellationToken)
    {
        if (_isCurrent)
        {
            return true;
        }

        var version = await _connections.ReadAsync(
            transaction => PostgresSchema.VersionAsync(transaction, Location, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        if (version == 0)
        {
            return false;
        }

        if (version < PostgresSchema.Newest)
        {
            await MigrateAsync(cancellationToken).ConfigureAwait(false);
        }

        return _isCurrent = true;
    }

    private Task<int> MigrateAsync(CancellationToken cancellationToken) => _connections.WriteAsync(
        transaction => PostgresSchema.MigrateAsync(transaction, Location, PostgresSchema.Newest, cancellationToken),
        cancellationToken);

    private async Task<T> ReadAsync<T>(
        Func<PostgresTransaction, Task<T>> read, T empty, CancellationToken cancellationToken) =>
        await IsThereAsync(cancellationToken).ConfigureAwait(false)
            ? await _connections.ReadAsync(read, cancellationToken).ConfigureAwait(false)
            : empty;

    private async Task<T> WriteAsync<T>(Func<PostgresTransaction, Task<T>> write, CancellationToken cancellationToken)
    {
        if (!await IsThereAsync(cancellationToken).ConfigureAwait(false))
        {
            await MigrateAsync(cancellationToken).ConfigureAwait(false);
            _isCurrent = true;
        }

        return await _connections.WriteAsync(write, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A change that enrols nothing: alone, and where there is no store there is nothing to change.</summary>
    private async Task<T> EditAsync<T>(
        Func<PostgresTransaction, Task<T>> edit, T empty, CancellationToken cancellationToken) =>
        await IsThereAsync(cancellationToken).ConfigureAwait(false)
            ? await _connections.WriteAsync(
                async transaction =>
                {
                    await LockAsync(transaction, cancellationToken).ConfigureAwait(false);
                    return await edit(transaction).ConfigureAwait(false);
                },
                cancellationToken).ConfigureAwait(false)
            : empty;
}
