using Speaker.Audio.Files;

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
#pragma warning disable CA1001 // the semaphore has nothing to release: nobody asks for its wait handle
internal sealed class SqliteVoiceprintStore(StoreOptions options, TimeProvider time) : IEditableStore
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _writer = new(1);
    private readonly TimeSpan _busyTimeout = TimeSpan.FromSeconds(options.BusyTimeoutSeconds);
    private readonly bool _keepsRecordings = options.KeepRecordings;
    private volatile bool _isSwept;

    /// <summary>The SQLite file, whether it exists yet or not.</summary>
    public string Path { get; } = FileOf(options);

    public string Location => Path;

    /// <summary>Begins to copy recordings that may be enrolled; null where they are not kept.</summary>
    /// <exception cref="IOException">There is no folder for them, and none can be made.</exception>
    public SoundCopies? BeginCopies() => _keepsRecordings ? KeptRecordings.Begin(Path) : null;

    /// <summary>Opens it for writing, creating it if there is none.</summary>
    /// <exception cref="StoreException">The file is not a store, is damaged or cannot be opened.</exception>
    public VoiceprintDatabase Open() => VoiceprintDatabase.Open(Path, _busyTimeout, time);

    /// <summary>Opens it if it exists; null if nobody has ever been enrolled there.</summary>
    /// <exception cref="StoreException">The file is not a store, is damaged or cannot be opened.</exception>
    public VoiceprintDatabase? OpenExisting() => VoiceprintDatabase.OpenExisting(Path, _busyTimeout, time);

    public Task<IReadOnlyList<StoredUtterance>> GetUtterancesAsync(
        string speaker, string modelHash, CancellationToken cancellationToken) =>
        ReadAsync(database => database.Utterances(speaker, modelHash), [], cancellationToken);

    public Task<IReadOnlyDictionary<string, IReadOnlyList<StoredUtterance>>> GetAllUtterancesAsync(
        string modelHash, CancellationToken cancellationToken) =>
        ReadAsync(
            database => database.AllUtterances(modelHash),
            new Dictionary<string, IReadOnlyList<StoredUtterance>>(),
            cancellationToken);

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
        EditAsync(database => database.Remove(speaker), false, cancellationToken);

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
        ReadAsync(database => UtteranceFingerprints.Read(database, speaker), [], cancellationToken);

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

    public Task<StoreCondition?> ExamineAsync(CancellationToken cancellationToken) =>
        ReadAsync(
            database =>
            {
                var integrity = database.IntegrityCheck();
                var isExposed = !OperatingSystem.IsWindows()
                    && (File.GetUnixFileMode(Path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0;
                return new StoreCondition(
                    null, integrity == "ok" ? null : integrity, isExposed ? "others may read it" : null,
                    isExposed ? $"chmod 600 {Path}" : "");
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
                return add(database);
            },
            cancellationToken);

    /// <exception cref="StoreException">An address is given, and the package that keeps voiceprints there is not in
    /// use.</exception>
    private static string FileOf(StoreOptions options) => StoreAddress.IsPostgres(options.Path)
        ? throw new StoreException(
            StoreProblem.NotAStore,
            "the store is an address of PostgreSQL: call AddSpeakerPostgres of the package Speaker.Postgres beside " +
            "AddSpeaker, or name a file")
        : options.Path ?? DefaultStore.Path();

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
