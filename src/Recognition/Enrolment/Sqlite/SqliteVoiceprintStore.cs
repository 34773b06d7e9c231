using Speaker.Audio.Files;
using Speaker.Enrolment.Audit;
using Speaker.Enrolment.Protection;
using Speaker.Search;

namespace Speaker.Enrolment.Sqlite;

/// <summary>
/// Voiceprints in one SQLite file, opened anew for every call. Any number of threads and processes may use the file at
/// once.
/// </summary>
/// <remarks>
/// SQLite has no asynchronous calls: each runs to its end on a thread of the pool. Reading takes about a millisecond.
/// Writers of one process wait for each other without a thread; only while another process has the write lock does one
/// thread wait, up to <see cref="StoreOptions.BusyTimeoutSeconds"/>. A call that has begun is not cancelled.
/// </remarks>
#pragma warning disable CA1001 // the semaphore has nothing to release: nobody asks for its wait handle; nor has the vault
internal sealed class SqliteVoiceprintStore(StoreOptions options, TimeProvider time, ProtectionOptions? protection = null)
    : IEditableStore, IFollowedStore
#pragma warning restore CA1001
{
    /// <summary>After the name of the store: the folder of its tenants' stores.</summary>
    private const string TenantsEnding = ".tenants";

    private readonly SemaphoreSlim _writer = new(1);
    private readonly TimeSpan _busyTimeout = TimeSpan.FromSeconds(options.BusyTimeoutSeconds);
    private readonly bool _keepsRecordings = options.KeepRecordings;
    private readonly BackupFolder? _backups = options.BackupFolder is { } folder
        ? new BackupFolder(folder, TimeSpan.FromSeconds(options.BusyTimeoutSeconds), time)
        : null;
    private volatile bool _isSwept;

    /// <summary>The SQLite file, whether it exists yet or not.</summary>
    public string Path { get; } = FileOf(options);

    public string Location => Path;

    public TemplateVault Vault { get; } = new(
        protection ?? new ProtectionOptions(), FileOf(options), options.Tenant);

    public SoundCopies? BeginCopies() => _keepsRecordings ? KeptRecordings.Begin(Path) : null;

    /// <summary>Opens it for writing, creating it if there is none.</summary>
    /// <exception cref="StoreException">The file is not a store, is damaged or cannot be opened.</exception>
    public VoiceprintDatabase Open() => VoiceprintDatabase.Open(Path, _busyTimeout, time, Vault);

    /// <summary>Opens it if it exists; null if nobody has ever been enrolled there.</summary>
    /// <exception cref="StoreException">The file is not a store, is damaged or cannot be opened.</exception>
    public VoiceprintDatabase? OpenExisting() =>
        VoiceprintDatabase.OpenExisting(Path, _busyTimeout, time, Vault);

    public Task<IReadOnlyList<StoredUtterance>> GetUtterancesAsync(
        string speaker, string modelHash, CancellationToken cancellationToken) =>
        ReadAsync(database => database.Utterances(speaker, modelHash), [], cancellationToken);

    public Task<IReadOnlyDictionary<string, IReadOnlyList<StoredUtterance>>> GetAllUtterancesAsync(
        string modelHash, CancellationToken cancellationToken) =>
        ReadAsync(
            database => database.AllUtterances(modelHash),
            new Dictionary<string, IReadOnlyList<StoredUtterance>>(),
            cancellationToken);

    public IGalleryFeed Follow() => new SqliteGalleryFeed(this);

    public Task<IReadOnlyList<EnrolledSpeaker>> ListAsync(CancellationToken cancellationToken) =>
        ReadAsync(database => database.List(), [], cancellationToken);

    public Task AddAsync(
        string speaker,
        string modelHash,
        string? consent,
        Func<IReadOnlyList<StoredUtterance>, IReadOnlyList<StoredUtterance>> choose,
        CancellationToken cancellationToken) =>
        WriteAsync(
            () =>
            {
                using var database = Open();
                database.CleanIfLeft();
                using var transaction = database.BeginEnrolment(speaker, modelHash);
                var added = choose(transaction.Existing);
                cancellationToken.ThrowIfCancellationRequested();
                foreach (var utterance in added)
                {
                    transaction.Add(utterance, consent);
                }

                transaction.Commit();
                if (_keepsRecordings && !_isSwept)
                {
                    // Once is enough: of processes that died before this one began.
                    KeptRecordings.Sweep(database);
                    _isSwept = true;
                }

                return true;
            },
            cancellationToken);

    public Task<bool> RemoveAsync(string speaker, CancellationToken cancellationToken) =>
        EditAsync(
            database =>
            {
                _backups?.Remove(database, speaker);
                return StoreEditor.Remove(database, speaker);
            },
            false, cancellationToken);

    public Task PrepareAsync(string modelHash, CancellationToken cancellationToken) =>
        AddAsync(
            database =>
            {
                database.RequireModel(modelHash);
                return true;
            },
            cancellationToken);

    public Task<KeptSpeaker?> ReadAsync(string speaker, string modelHash, CancellationToken cancellationToken) =>
        ReadAsync(database => StoreEditor.Read(database, speaker, modelHash), null, cancellationToken);

    public Task<IReadOnlyList<byte[]>> ReadOutlinesAsync(string speaker, CancellationToken cancellationToken) =>
        ReadAsync(database => database.Outlines(speaker), [], cancellationToken);

    public Task<IReadOnlyList<KeptSpeaker>> ReadAllAsync(string modelHash, CancellationToken cancellationToken) =>
        ReadAsync(database => StoreEditor.ReadAll(database, modelHash), [], cancellationToken);

    public Task<int?> RemoveUtteranceAsync(string speaker, long id, CancellationToken cancellationToken) =>
        EditAsync(database => StoreEditor.RemoveUtterance(database, speaker, id), null, cancellationToken);

    public Task<bool> RenameAsync(string speaker, string newName, CancellationToken cancellationToken) =>
        EditAsync(database => StoreEditor.Rename(database, speaker, newName), false, cancellationToken);

    public Task<bool> MergeAsync(string speaker, string into, CancellationToken cancellationToken) =>
        EditAsync(database => StoreEditor.Merge(database, speaker, into), false, cancellationToken);

    public Task<int> ImportAsync(
        IReadOnlyList<KeptSpeaker> speakers, string modelHash, CancellationToken cancellationToken) =>
        AddAsync(database => StoreEditor.Import(database, speakers, modelHash), cancellationToken);

    public async Task<long> SealAsync(CancellationToken cancellationToken)
    {
        var (all, next) = (0L, ((int Count, long Last)?)(0, 0));
        while (next is var (_, last))
        {
            cancellationToken.ThrowIfCancellationRequested();
            next = await EditAsync(database => Sealing.Step(database, last), null, cancellationToken).ConfigureAwait(false);
            all += next?.Count ?? 0;
        }

        // What was not sealed before lies in the pages that were freed.
        await EditAsync(
            database =>
            {
                database.Clean();
                return true;
            },
            false, cancellationToken).ConfigureAwait(false);
        return all;
    }

    public Task<IReadOnlyList<string>> ReadKeysAsync(CancellationToken cancellationToken) => ReadAsync(
        database => database.InTransaction(
            writes: false, transaction => UtteranceTable.KeysAtTheEnds(database, transaction)),
        [], cancellationToken);

    public Task<ExpiredVoiceprints> ExpireAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        EditAsync(
            database =>
            {
                _backups?.Expire(before);
                return Expiry.Remove(database, before);
            },
            new ExpiredVoiceprints(0, 0), cancellationToken);

    public Task<IReadOnlyList<OutdatedUtterance>> ReadOutdatedAsync(
        string modelHash, CancellationToken cancellationToken) =>
        ReadAsync(database => ModelMigration.Read(database, modelHash), [], cancellationToken);

    public Task ReplaceOutdatedAsync(
        IReadOnlyList<OutdatedUtterance> outdated,
        IEnumerable<RenewedUtterance> renewed,
        string modelHash,
        CancellationToken cancellationToken) =>
        EditAsync(
            database =>
            {
                ModelMigration.Replace(database, outdated, renewed, modelHash);
                return true;
            },
            false, cancellationToken);

    public Task RecordAsync(string action, string? speaker, string detail, CancellationToken cancellationToken) =>
        AddAsync(
            database => database.InTransaction(writes: true, transaction =>
            {
                var ids = speaker is null ? [] : StoredName.Find(database, transaction, speaker);
                AuditTable.Append(
                    database, transaction, action,
                    ids.Length == 0 ? null : SpeakerTable.SubjectOf(database, transaction, ids[0]), detail);
                return true;
            }),
            cancellationToken);

    public Task<IReadOnlyList<AuditEntry>> ReadAuditAsync(long after, int most, CancellationToken cancellationToken) =>
        ReadAsync(
            database => database.InTransaction(
                writes: false, transaction => AuditTable.Read(database, transaction, after, most)),
            [], cancellationToken);

    public Task<StoreCondition?> ExamineAsync(CancellationToken cancellationToken) =>
        ReadAsync(
            database =>
            {
                var integrity = database.IntegrityCheck();
                var isExposed = !OperatingSystem.IsWindows()
                    && (File.GetUnixFileMode(Path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0;
                return new StoreCondition(
                    null, integrity == "ok" ? null : integrity, isExposed ? "others may read it" : null,
                    isExposed ? $"chmod 600 {Path}" : "",
                    integrity == "ok"
                        ? database.InTransaction(
                            writes: false, transaction => UtteranceTable.CountByKey(database, transaction))
                        : [],
                    Vault.Source);
            },
            (StoreCondition?)null, cancellationToken);

    /// <summary>Reads from the file; <paramref name="empty"/> if nobody has ever been enrolled there.</summary>
    /// <exception cref="StoreException">The file is not a store, is damaged or cannot be opened.</exception>
    public Task<T> ReadAsync<T>(Func<VoiceprintDatabase, T> read, T empty, CancellationToken cancellationToken) =>
        Task.Run(
            () =>
            {
                using var database = OpenExisting();
                return database is null ? empty : read(database);
            },
            cancellationToken);

    /// <summary>Changes what is in the file; <paramref name="empty"/> if nobody has ever been enrolled there.</summary>
    /// <exception cref="StoreException">The file is not a store, is damaged or cannot be written.</exception>
    public Task<T> EditAsync<T>(Func<VoiceprintDatabase, T> edit, T empty, CancellationToken cancellationToken) =>
        WriteAsync(
            () =>
            {
                using var database = OpenExisting();
                database?.CleanIfLeft();
                return database is null ? empty : edit(database);
            },
            cancellationToken);

    /// <summary>Adds to the file, which is created if there is none.</summary>
    /// <exception cref="StoreException">As <see cref="Open"/>; or it cannot be written.</exception>
    public Task<T> AddAsync<T>(Func<VoiceprintDatabase, T> add, CancellationToken cancellationToken) =>
        WriteAsync(
            () =>
            {
                using var database = Open();
                database.CleanIfLeft();
                return add(database);
            },
            cancellationToken);

    /// <summary>Where the voiceprints of the options' tenant are.</summary>
    /// <exception cref="StoreException">An address is given, and the package that keeps voiceprints there is not in
    /// use.</exception>
    public static string FileOf(StoreOptions options)
    {
        if (StoreAddress.IsPostgres(options.Path))
        {
            throw new StoreException(
                StoreProblem.NotAStore,
                "the store is an address of PostgreSQL: call AddSpeakerPostgres of the package Speaker.Postgres beside " +
                "AddSpeaker, or name a file");
        }

        var path = options.Path ?? DefaultStore.Path();
        return options.Tenant.Length == 0
            ? path
            : System.IO.Path.Combine(path + TenantsEnding, options.Tenant + ".db");
    }

    private async Task<T> WriteAsync<T>(Func<T> write, CancellationToken cancellationToken)
    {
        await _writer.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(write, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _writer.Release();
        }
    }
}
