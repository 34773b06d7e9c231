using Speaker.Audio.Files;
using Speaker.Enrolment;
using Speaker.Enrolment.Audit;
using Speaker.Enrolment.Protection;
using Speaker.Models;
using Speaker.Search;

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
internal sealed class PostgresVoiceprintStore : IEditableStore, IFollowedStore, IDisposable
{
    /// <summary>Utterances that are sealed in one transaction.</summary>
    private const int SealedAtATime = 2000;

    private readonly PostgresSchema _schema;
    private readonly PostgresConnections _connections;
    private readonly PostgresTables _tables;
    private readonly PostgresHearing _hearing;
    private readonly PostgresGallery _gallery;
    private readonly PostgresUtterances _utterances;
    private readonly PostgresAudit _audit;
    private readonly PostgresEnrolment _enrolment;
    private readonly PostgresEditor _editor;
    private readonly PostgresMigration _migration;
    private readonly bool _keepsRecordings;
    private readonly bool _isElsewhere;
    private int _galleryReads;

    /// <param name="options">The address is its path.</param>
    /// <param name="time">What says when something is enrolled.</param>
    /// <param name="protection">Where keys are; null: as by default.</param>
    /// <exception cref="FormatException">The path is no address.</exception>
    public PostgresVoiceprintStore(StoreOptions options, TimeProvider time, ProtectionOptions? protection = null)
    {
        var address = PostgresAddress.Parse(options.Path!);
        var location = address.Location + (options.Tenant.Length == 0 ? "" : $" (tenant {options.Tenant})");
        _schema = new PostgresSchema(options.Tenant, location);
        _connections = new PostgresConnections(
            address, location, _schema.Quoted, TimeSpan.FromSeconds(options.BusyTimeoutSeconds));
        _tables = new PostgresTables(
            _connections, PostgresSchema.Newest, _schema.VersionAsync,
            (transaction, cancellation) => _schema.MigrateAsync(transaction, PostgresSchema.Newest, cancellation));
        Vault = new TemplateVault(protection ?? new ProtectionOptions(), location, options.Tenant);
        _utterances = new PostgresUtterances(Vault);
        _audit = new PostgresAudit(_schema, time);
        _enrolment = new PostgresEnrolment(_schema, _utterances, _audit, time);
        _editor = new PostgresEditor(_utterances, _audit);
        _migration = new PostgresMigration(_connections, _utterances, _audit);
        _keepsRecordings = options.KeepRecordings;
        _hearing = new PostgresHearing(_connections, _schema.Channel);
        _gallery = new PostgresGallery(_connections, _utterances, _hearing);
        _isElsewhere = !address.IsLocal;
    }

    public string Location => _connections.Location;

    public TemplateVault Vault { get; }

    public SoundCopies? BeginCopies() =>
        _keepsRecordings ? new SoundCopies(() => PassingSoundCopy.Begin(Path.GetTempPath())) : null;

    public Task<IReadOnlyList<StoredUtterance>> GetUtterancesAsync(
        string speaker, string modelHash, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<StoredUtterance>>(
            async transaction =>
            {
                await RequireModelAsync(transaction, modelHash, cancellationToken).ConfigureAwait(false);
                var own = await _utterances.ReadAsync(
                    transaction, "WHERE s.name = $1 ORDER BY u.id", [PostgresValues.Name(speaker)], cancellationToken)
                    .ConfigureAwait(false);
                return own.ConvertAll(row => row.Kept.Utterance with { Note = null });
            },
            [], cancellationToken);

    public Task<IReadOnlyList<byte[]>> ReadOutlinesAsync(string speaker, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<byte[]>>(
            async transaction =>
            [
                .. (await _utterances.ReadWholeAsync(
                    transaction, "WHERE s.name = $1", [PostgresValues.Name(speaker)], cancellationToken)
                    .ConfigureAwait(false)).Select(row => row.Kept.Utterance.Fingerprint).OfType<byte[]>(),
            ],
            [], cancellationToken);

    public async Task<IReadOnlyDictionary<string, IReadOnlyList<StoredUtterance>>> GetAllUtterancesAsync(
        string modelHash, CancellationToken cancellationToken)
    {
        // A process that asks once, as most verbs do, need not hear of changes.
        var isFirst = Interlocked.Increment(ref _galleryReads) == 1;
        if (!await _tables.AreThereAsync(cancellationToken).ConfigureAwait(false))
        {
            return new Dictionary<string, IReadOnlyList<StoredUtterance>>();
        }

        return isFirst
            ? await _connections.ReadAsync(
                async transaction =>
                {
                    await RequireModelAsync(transaction, modelHash, cancellationToken).ConfigureAwait(false);
                    var speakers = await PostgresGallery.ReadAsync(
                        _utterances, transaction, null, cancellationToken).ConfigureAwait(false);
                    return PostgresGallery.ByName(speakers.Values);
                },
                cancellationToken).ConfigureAwait(false)
            : await _gallery.GetAsync(
                transaction => RequireModelAsync(transaction, modelHash, cancellationToken), modelHash, cancellationToken)
                .ConfigureAwait(false);
    }

    public IGalleryFeed Follow() => new PostgresGalleryFeed(
        _connections, _utterances, _hearing, _tables.AreThereAsync, RequireModelAsync);

    public Task<IReadOnlyList<EnrolledSpeaker>> ListAsync(CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<EnrolledSpeaker>>(
            async transaction => await transaction.QueryAsync(
                """
                SELECT s.name, count(u.id)::integer, coalesce(sum(u.speech_seconds), 0), coalesce(min(u.model_hash), ''),
                       s.enrolled_at, coalesce(max(u.added_at), s.enrolled_at), s.consent, s.consent_at
                FROM speaker s LEFT JOIN utterance u ON u.speaker_id = s.id
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
                transaction => _enrolment.TryAddAsync(
                    transaction, name, modelHash, consent, choose,
                    write => RequireModelAsync(write, modelHash, cancellationToken), cancellationToken),
                cancellationToken).ConfigureAwait(false);
        }
        while (id is null);

        if (id != 0)
        {
            _hearing.Tell(id.Value);
        }
    }

    public async Task<bool> RemoveAsync(string speaker, CancellationToken cancellationToken) =>
        Told(await EditAsync(
            transaction => _editor.RemoveAsync(transaction, speaker, cancellationToken), false, cancellationToken)
            .ConfigureAwait(false));

    public async Task<int?> RemoveUtteranceAsync(string speaker, long id, CancellationToken cancellationToken)
    {
        var left = await EditAsync(
            transaction => _editor.RemoveUtteranceAsync(transaction, speaker, id, cancellationToken), null,
            cancellationToken).ConfigureAwait(false);
        Told(left is not null);
        return left;
    }

    public async Task<bool> RenameAsync(string speaker, string newName, CancellationToken cancellationToken)
    {
        newName = SpeakerName.Checked(newName);
        return Told(await EditAsync(
            transaction => _editor.RenameAsync(transaction, speaker, newName, cancellationToken), false,
            cancellationToken).ConfigureAwait(false));
    }

    public async Task<bool> MergeAsync(string speaker, string into, CancellationToken cancellationToken) =>
        Told(await EditAsync(
            transaction => _editor.MergeAsync(transaction, speaker, into, cancellationToken), false,
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
                    count += await _editor.ImportAsync(transaction, speaker, modelHash, cancellationToken)
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
                var found = await _editor.ReadAsync(transaction, speaker, cancellationToken).ConfigureAwait(false);
                return found.Count == 0 ? null : found[0];
            },
            null, cancellationToken);

    public Task<IReadOnlyList<KeptSpeaker>> ReadAllAsync(string modelHash, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<KeptSpeaker>>(
            async transaction =>
            {
                await RequireModelAsync(transaction, modelHash, cancellationToken).ConfigureAwait(false);
                return await _editor.ReadAsync(transaction, null, cancellationToken).ConfigureAwait(false);
            },
            [], cancellationToken);

    public async Task<long> SealAsync(CancellationToken cancellationToken)
    {
        var (all, next) = (0L, ((int Count, long Last)?)(0, 0));
        while (next is var (_, last))
        {
            next = await EditAsync(
                transaction => SealNextAsync(transaction, last, cancellationToken), null, cancellationToken)
                .ConfigureAwait(false);
            all += next?.Count ?? 0;
        }

        return all;
    }

    public Task<IReadOnlyList<string>> ReadKeysAsync(CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<string>>(
            async transaction => await PostgresUtterances.KeysAtTheEndsAsync(transaction, cancellationToken)
                .ConfigureAwait(false),
            [], cancellationToken);

    public async Task<ExpiredVoiceprints> ExpireAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var expired = await EditAsync(
            transaction => _editor.ExpireAsync(transaction, before, cancellationToken), new ExpiredVoiceprints(0, 0),
            cancellationToken).ConfigureAwait(false);
        Told(expired.Utterances > 0);
        return expired;
    }

    public Task<IReadOnlyList<OutdatedUtterance>> ReadOutdatedAsync(
        string modelHash, CancellationToken cancellationToken) =>
        ReadAsync(
            transaction => _migration.ReadAsync(transaction, modelHash, cancellationToken), [], cancellationToken);

    public async Task ReplaceOutdatedAsync(
        IReadOnlyList<OutdatedUtterance> outdated,
        IEnumerable<RenewedUtterance> renewed,
        string modelHash,
        CancellationToken cancellationToken) =>
        Told(await EditAsync(
            async transaction =>
            {
                await _migration.ReplaceAsync(transaction, outdated, renewed, modelHash, cancellationToken)
                    .ConfigureAwait(false);
                return true;
            },
            false, cancellationToken).ConfigureAwait(false));

    public Task RecordAsync(string action, string? speaker, string detail, CancellationToken cancellationToken) =>
        WriteAsync(
            async transaction =>
            {
                var subject = speaker is null
                    ? null
                    : await PostgresAudit.SubjectAsync(transaction, speaker, cancellationToken).ConfigureAwait(false);
                await _audit.AppendAsync(transaction, action, subject, detail, cancellationToken).ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    public Task<IReadOnlyList<AuditEntry>> ReadAuditAsync(long after, int most, CancellationToken cancellationToken) =>
        ReadAsync(
            transaction => PostgresAudit.ReadAsync(transaction, after, most, cancellationToken), [], cancellationToken);

    public Task<StoreCondition?> ExamineAsync(CancellationToken cancellationToken) => ReadAsync(
        transaction => PostgresExamination.RunAsync(
            transaction, Location, _isElsewhere, Vault.Source, cancellationToken),
        null, cancellationToken);

    public void Dispose()
    {
        _hearing.Dispose();
        _connections.Dispose();
        Vault.Dispose();
    }

    private async Task<(int Count, long Last)?> SealNextAsync(
        PostgresTransaction transaction, long after, CancellationToken cancellationToken)
    {
        if (await _utterances.SealNextAsync(transaction, after, SealedAtATime, cancellationToken).ConfigureAwait(false)
            is not var (count, last, key))
        {
            return null;
        }

        await _audit.AppendAsync(
            transaction, AuditAction.Seal, null, $"utterances={count} key={key}", cancellationToken).ConfigureAwait(false);
        return (count, last);
    }

    private Task<int> LockAsync(PostgresTransaction transaction, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            "SELECT pg_advisory_xact_lock($1)", [PostgresValues.Number(_schema.StoreLock)], cancellationToken);

    /// <summary>What others keep in memory they hear from the server; this process knows of its own changes at once.</summary>
    private bool Told(bool isChanged)
    {
        if (isChanged)
        {
            _hearing.TellMuch();
        }

        return isChanged;
    }

    private async Task RequireModelAsync(
        PostgresTransaction transaction, string modelHash, CancellationToken cancellationToken)
    {
        // Two ranges, because the index on the hash cannot serve "<>".
        if (await transaction.ScalarAsync(
            "SELECT model_hash FROM utterance WHERE model_hash < $1 OR model_hash > $1 LIMIT 1",
            [PostgresValues.Text(modelHash)], cancellationToken).ConfigureAwait(false) is string other)
        {
            throw new StoreException(
                StoreProblem.OtherModel,
                $"store {Location} was made with model {ShippedModels.Describe(other)}, but the model in use is " +
                $"{ShippedModels.Describe(modelHash)}: embeddings of two models cannot be compared; use that model " +
                "(--model or Speaker:Model), or enrol again into another database");
        }
    }

    private async Task<T> ReadAsync<T>(
        Func<PostgresTransaction, Task<T>> read, T empty, CancellationToken cancellationToken) =>
        await _tables.AreThereAsync(cancellationToken).ConfigureAwait(false)
            ? await _connections.ReadAsync(read, cancellationToken).ConfigureAwait(false)
            : empty;

    private async Task<T> WriteAsync<T>(Func<PostgresTransaction, Task<T>> write, CancellationToken cancellationToken)
    {
        await _tables.EnsureAsync(cancellationToken).ConfigureAwait(false);
        return await _connections.WriteAsync(write, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A change that enrols nothing: alone, and where there is no store there is nothing to change.</summary>
    private async Task<T> EditAsync<T>(
        Func<PostgresTransaction, Task<T>> edit, T empty, CancellationToken cancellationToken) =>
        await _tables.AreThereAsync(cancellationToken).ConfigureAwait(false)
            ? await _connections.WriteAsync(
                async transaction =>
                {
                    await LockAsync(transaction, cancellationToken).ConfigureAwait(false);
                    return await edit(transaction).ConfigureAwait(false);
                },
                cancellationToken).ConfigureAwait(false)
            : empty;
}
