using Microsoft.Data.Sqlite;
using Speaker.Enrolment.Protection;
using Speaker.Models;

namespace Speaker.Enrolment.Sqlite;

/// <summary>
/// Speakers and their enrolled utterances in one SQLite file, readable by its owner only. Every utterance is kept
/// (several exemplars a speaker) and carries the hash of the model that made it: embeddings of two models never meet.
/// </summary>
/// <remarks>One connection, one thread. Any number of processes may have the same file open.</remarks>
internal sealed class VoiceprintDatabase : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly TimeProvider _time;

    private VoiceprintDatabase(SqliteConnection connection, string path, TimeProvider time, TemplateVault? vault)
    {
        _connection = connection;
        Path = path;
        _time = time;
        Vault = vault ?? new TemplateVault(new ProtectionOptions { KeyVariable = null }, path);
    }

    /// <summary>Seals what is written, and opens what is read.</summary>
    internal TemplateVault Vault { get; }

    /// <summary>What the store's clock shows.</summary>
    internal DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>The SQLite file.</summary>
    public string Path { get; }

    /// <summary>Opens the store, creating the file (mode 0600) and its folder (0700) if there is none.</summary>
    /// <exception cref="StoreException">The file is not a store, is damaged, is of a newer version or cannot be
    /// opened.</exception>
    public static VoiceprintDatabase Open(
        string path, TimeSpan busyTimeout, TimeProvider time, TemplateVault? vault = null)
    {
        StoreFile.CreatePrivate(path);
        return OpenConnection(path, busyTimeout, time, vault);
    }

    /// <summary>Opens the store if the file exists; null if it does not: reading never creates one.</summary>
    /// <exception cref="StoreException">As <see cref="Open"/>.</exception>
    public static VoiceprintDatabase? OpenExisting(
        string path, TimeSpan busyTimeout, TimeProvider time, TemplateVault? vault = null) =>
        File.Exists(path) ? OpenConnection(path, busyTimeout, time, vault) : null;

    /// <summary>Opens a file to be read alone, which a store was copied to.</summary>
    /// <exception cref="StoreException">It is no store, is of a newer version or cannot be opened.</exception>
    public static VoiceprintDatabase OpenBackup(string path) => Guarded(path, () =>
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = System.IO.Path.GetFullPath(path),
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
            StoreSchema.Require(connection, path);
            return new VoiceprintDatabase(connection, path, TimeProvider.System, vault: null);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    });

    /// <summary>
    /// Starts the one transaction of an enrolment. The write lock is taken here, so what the transaction sees as
    /// already enrolled cannot change before it commits.
    /// </summary>
    /// <exception cref="StoreException">The store is of another model, or another process held it for too
    /// long.</exception>
    public EnrolmentTransaction BeginEnrolment(string speaker, string modelHash)
    {
        speaker = SpeakerName.Checked(speaker);
        return Guarded(() =>
        {
            var transaction = _connection.BeginTransaction(deferred: false);
            try
            {
                CheckModel(modelHash, transaction);
                StoredName.Adopt(this, transaction, speaker);
                return new EnrolmentTransaction(this, transaction, speaker, modelHash);
            }
            catch
            {
                transaction.Dispose();
                throw;
            }
        });
    }

    /// <exception cref="StoreException">The store holds voiceprints of another model; the message names both
    /// hashes.</exception>
    public void RequireModel(string modelHash, SqliteTransaction? transaction = null) => Guarded(() =>
    {
        CheckModel(modelHash, transaction);
        return true;
    });

    /// <summary>The enrolled utterances of one speaker in order of enrolment; empty if the speaker is
    /// unknown.</summary>
    /// <exception cref="StoreException">The store holds voiceprints of another model.</exception>
    public IReadOnlyList<StoredUtterance> Utterances(string speaker, string modelHash) =>
        InTransaction<IReadOnlyList<StoredUtterance>>(writes: false, transaction =>
        {
            CheckModel(modelHash, transaction);
            return Utterances(speaker, transaction);
        });

    /// <summary>As the other, of whichever model.</summary>
    internal IReadOnlyList<StoredUtterance> Utterances(string speaker, SqliteTransaction transaction) =>
    [
        .. UtteranceTable.Of(this, transaction, StoredName.Find(this, transaction, speaker))
            .Select(kept => kept.Utterance with { Note = null }),
    ];

    /// <summary>The outlines of a speaker's recordings, as far as they are known; needs no model.</summary>
    public IReadOnlyList<byte[]> Outlines(string speaker) =>
        InTransaction<IReadOnlyList<byte[]>>(writes: false, transaction =>
        [
            .. UtteranceTable.Of(this, transaction, StoredName.Find(this, transaction, speaker), withOutlines: true)
                .Select(kept => kept.Utterance.Fingerprint).OfType<byte[]>(),
        ]);

    /// <summary>The enrolled utterances of everybody, by name.</summary>
    /// <exception cref="StoreException">The store holds voiceprints of another model.</exception>
    public IReadOnlyDictionary<string, IReadOnlyList<StoredUtterance>> AllUtterances(string modelHash) =>
        InTransaction(writes: false, transaction =>
        {
            CheckModel(modelHash, transaction);
            return UtteranceTable.All(this, transaction);
        });

    /// <summary>A number that is another one after any other connection has committed.</summary>
    internal long DataVersion() => Guarded(() => StoreSchema.Scalar(_connection, null, "PRAGMA data_version"));

    /// <summary>A line per speaker, by name; needs no model.</summary>
    public IReadOnlyList<EnrolledSpeaker> List() =>
        InTransaction(writes: false, transaction => SpeakerTable.List(this, transaction));

    /// <summary>Writes what the file holds at this moment into another, without traces of what was removed.</summary>
    /// <param name="path">A whole path; the file is empty.</param>
    internal void CopyTo(string path) => Guarded(() => Execute(null, "VACUUM INTO $path", ("$path", path)));

    /// <summary>Notes, in the transaction that removes something, that the file is to be rebuilt: a process that dies
    /// before it is leaves that to the next writer.</summary>
    internal bool ToBeCleaned(SqliteTransaction transaction) =>
        Execute(transaction, "INSERT OR IGNORE INTO cleaning (pending) VALUES (1)") >= 0;

    /// <summary>
    /// Leaves no byte in the file of what was removed, and deletes its kept recordings: secure_delete overwrites the rows,
    /// and VACUUM rebuilds the file, because a page that SQLite once split can still hold a copy of a row it moved.
    /// </summary>
    internal void Clean()
    {
        Guarded(() => Execute(null, "VACUUM"));
        KeptRecordings.Sweep(this);
        Guarded(() => Execute(null, "DELETE FROM cleaning"));
    }

    /// <summary>Does what a process that died did not come to.</summary>
    internal void CleanIfLeft()
    {
        if (Guarded(() =>
            {
                using var look = Command(null, "SELECT 1 FROM cleaning");
                return look.ExecuteScalar() is not null;
            }))
        {
            Clean();
        }
    }

    /// <summary>Works in one transaction, which is undone if the work throws.</summary>
    /// <param name="writes">Takes the write lock at once; otherwise what is read is of one moment.</param>
    /// <param name="work">On this connection.</param>
    internal T InTransaction<T>(bool writes, Func<SqliteTransaction, T> work) => Guarded(() =>
    {
        using var transaction = _connection.BeginTransaction(deferred: !writes);
        var result = work(transaction);
        transaction.Commit();
        return result;
    });

    /// <summary>SQLite's own verdict on the file: "ok", or what is damaged.</summary>
    public string IntegrityCheck() => Guarded(() =>
    {
        using var command = Command(null, "PRAGMA integrity_check(1)");
        return (string)command.ExecuteScalar()!;
    });

    public void Dispose() => _connection.Dispose();

    /// <summary>Runs a statement that changes rows.</summary>
    /// <returns>How many it changed.</returns>
    internal int Execute(
        SqliteTransaction? transaction, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(transaction, sql, parameters);
        return command.ExecuteNonQuery();
    }

    internal SqliteCommand Command(
        SqliteTransaction? transaction, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // every statement is a constant; values are parameters
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = transaction;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command;
    }

    internal T Guarded<T>(Func<T> action) => Guarded(Path, action);

    private static VoiceprintDatabase OpenConnection(
        string path, TimeSpan busyTimeout, TimeProvider time, TemplateVault? vault) =>
        Guarded(path, () =>
        {
            var connection = new SqliteConnection(new SqliteConnectionStringBuilder
            {
                // A whole path is a file's name and nothing else: SQLite takes ":memory:", "file:…" and more to be none.
                DataSource = System.IO.Path.GetFullPath(path),
                Mode = SqliteOpenMode.ReadWrite,
                Pooling = false,
                DefaultTimeout = Math.Max(1, (int)Math.Ceiling(busyTimeout.TotalSeconds)),
            }.ToString());
            try
            {
                connection.Open();
                StoreSchema.Configure(connection);
                StoreSchema.Ensure(connection, path);
                return new VoiceprintDatabase(connection, path, time, vault);
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        });

    /// <summary>Runs what SQLite may fail at.</summary>
    /// <exception cref="StoreException">It did; the message names the file and says what to do.</exception>
    internal static T Guarded<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteException exception)
        {
            throw SqliteFailure.Explain(path, exception);
        }
    }

    private void CheckModel(string modelHash, SqliteTransaction? transaction)
    {
        // Two ranges, because the index on the hash cannot serve "<>".
        using var command = Command(
            transaction,
            "SELECT model_hash FROM utterance WHERE model_hash < $hash OR model_hash > $hash LIMIT 1",
            ("$hash", modelHash));
        if (command.ExecuteScalar() is string other)
        {
            throw new StoreException(
                StoreProblem.OtherModel,
                $"store {Path} was made with model {ShippedModels.Describe(other)}, but the model in use is " +
                $"{ShippedModels.Describe(modelHash)}: embeddings of two models cannot be compared; use that model " +
                "(--model or Speaker:Model), or enrol again into another store");
        }
    }
}
