using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
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

    private VoiceprintDatabase(SqliteConnection connection, string path, TimeProvider time)
    {
        _connection = connection;
        Path = path;
        _time = time;
    }

    /// <summary>The SQLite file.</summary>
    public string Path { get; }

    /// <summary>Opens the store, creating the file (mode 0600) and its folder (0700) if there is none.</summary>
    /// <exception cref="StoreException">The file is not a store, is damaged, is of a newer version or cannot be
    /// opened.</exception>
    public static VoiceprintDatabase Open(string path, TimeSpan busyTimeout, TimeProvider time)
    {
        CreatePrivateFile(path);
        return OpenConnection(path, busyTimeout, time);
    }

    /// <summary>Opens the store if the file exists; null if it does not: reading never creates one.</summary>
    /// <exception cref="StoreException">As <see cref="Open"/>.</exception>
    public static VoiceprintDatabase? OpenExisting(string path, TimeSpan busyTimeout, TimeProvider time) =>
        File.Exists(path) ? OpenConnection(path, busyTimeout, time) : null;

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
            return new VoiceprintDatabase(connection, path, TimeProvider.System);
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
                return new EnrolmentTransaction(this, transaction, speaker, modelHash, _time);
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
    public void RequireModel(string modelHash) => Guarded(() =>
    {
        CheckModel(modelHash, null);
        return true;
    });

    /// <summary>The enrolled utterances of one speaker in order of enrolment; empty if the speaker is
    /// unknown.</summary>
    /// <exception cref="StoreException">The store holds voiceprints of another model.</exception>
    public IReadOnlyList<StoredUtterance> Utterances(string speaker, string modelHash) => Guarded(() =>
    {
        CheckModel(modelHash, null);
        return ReadUtterances(speaker, null);
    });

    /// <summary>The enrolled utterances of everybody, by name.</summary>
    /// <exception cref="StoreException">The store holds voiceprints of another model.</exception>
    public IReadOnlyDictionary<string, IReadOnlyList<StoredUtterance>> AllUtterances(string modelHash) => Guarded(() =>
    {
        CheckModel(modelHash, null);
        var details = UtteranceDetails.Of(this, null, speaker: null);
        using var command = Command(null, """
            SELECT s.name, u.embedding, u.speech_seconds, u.source, u.id
            FROM speaker s JOIN utterance u ON u.speaker_id = s.id ORDER BY s.name, u.id
            """);
        using var reader = command.ExecuteReader();
        var speakers = new Dictionary<string, List<StoredUtterance>>(StringComparer.Ordinal);
        while (reader.Read())
        {
            var name = SpeakerName.Normalise(reader.GetString(0));
            if (!speakers.TryGetValue(name, out var utterances))
            {
                utterances = [];
                speakers.Add(name, utterances);
            }

            utterances.Add(new StoredUtterance(
                Vector(reader.GetFieldValue<byte[]>(1)), reader.GetDouble(2), reader.GetString(3))
            {
                Quality = details.GetValueOrDefault(reader.GetInt64(4)).Quality,
            });
        }

        return (IReadOnlyDictionary<string, IReadOnlyList<StoredUtterance>>)speakers.ToDictionary(
            speaker => speaker.Key, IReadOnlyList<StoredUtterance> (speaker) => speaker.Value, StringComparer.Ordinal);
    });

    /// <summary>A line per speaker, by name; needs no model.</summary>
    public IReadOnlyList<EnrolledSpeaker> List() => Guarded(() =>
    {
        using var command = Command(null, """
            SELECT s.name, count(u.id), total(u.speech_seconds), coalesce(min(u.model_hash), ''), s.enrolled_at,
                   coalesce(max(u.added_at), s.enrolled_at), s.consent, s.consent_at
            FROM speaker s LEFT JOIN utterance u ON u.speaker_id = s.id GROUP BY s.id ORDER BY s.name
            """);
        using var reader = command.ExecuteReader();
        var speakers = new List<EnrolledSpeaker>();
        while (reader.Read())
        {
            speakers.Add(new EnrolledSpeaker(
                SpeakerName.Normalise(reader.GetString(0)), reader.GetInt32(1), reader.GetDouble(2), reader.GetString(3),
                Time(reader.GetString(4)), Time(reader.GetString(5)),
                reader.IsDBNull(6) ? null : reader.GetString(6),
                reader.IsDBNull(7) ? null : Time(reader.GetString(7))));
        }

        return speakers;
    });

    /// <summary>
    /// Removes a speaker and every utterance, and leaves no byte of them in the file: secure_delete overwrites the
    /// rows, and VACUUM rebuilds the file, because a page that SQLite once split can still hold a copy of a row it
    /// moved.
    /// </summary>
    /// <returns>False if there was no such speaker.</returns>
    public bool Remove(string speaker) => Guarded(() =>
    {
        var ids = StoredName.Find(this, null, speaker);
        foreach (var id in ids)
        {
            Execute(null, "DELETE FROM speaker WHERE id = $id", ("$id", id));
        }

        if (ids.Length == 0)
        {
            return false;
        }

        Vacuum();
        return true;
    });

    /// <summary>Writes what the file holds at this moment into another, without traces of what was removed.</summary>
    /// <param name="path">A whole path; the file is empty.</param>
    internal void CopyTo(string path) => Guarded(() => Execute(null, "VACUUM INTO $path", ("$path", path)));

    /// <summary>Replaces all pages of the file by those of another, in one transaction.</summary>
    internal void ReplaceBy(VoiceprintDatabase other) => Guarded(() =>
    {
        // A copy of pages is no statement, for whose locks Microsoft.Data.Sqlite waits: SQLite itself has to.
        _ = SQLitePCL.raw.sqlite3_busy_timeout(_connection.Handle, 1000 * _connection.DefaultTimeout);
        other._connection.BackupDatabase(_connection);
        return true;
    });

    /// <summary>What the store's clock shows.</summary>
    internal DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Rebuilds the file, so that no byte of what was removed stays in it, and deletes its kept
    /// recordings.</summary>
    internal void Vacuum()
    {
        Guarded(() =>
        {
            using var vacuum = Command(null, "VACUUM");
            return vacuum.ExecuteNonQuery();
        });
        KeptRecordings.Sweep(this);
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

    internal static byte[] Bytes(float[] vector) => MemoryMarshal.AsBytes(vector.AsSpan()).ToArray();

    internal IReadOnlyList<StoredUtterance> ReadUtterances(string speaker, SqliteTransaction? transaction)
    {
        var utterances = new List<StoredUtterance>();
        foreach (var id in StoredName.Find(this, transaction, speaker))
        {
            var details = UtteranceDetails.Of(this, transaction, id);
            using var command = Command(transaction, """
                SELECT embedding, speech_seconds, source, id FROM utterance WHERE speaker_id = $id ORDER BY id
                """, ("$id", id));
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                utterances.Add(new StoredUtterance(
                    Vector(reader.GetFieldValue<byte[]>(0)), reader.GetDouble(1), reader.GetString(2))
                {
                    Quality = details.GetValueOrDefault(reader.GetInt64(3)).Quality,
                });
            }
        }

        return utterances;
    }

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

    private static VoiceprintDatabase OpenConnection(string path, TimeSpan busyTimeout, TimeProvider time) =>
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
                return new VoiceprintDatabase(connection, path, time);
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        });

    /// <summary>Creates an empty file (mode 0600), and its folder (0700) if there is none; one that is there stays as
    /// it is.</summary>
    /// <exception cref="StoreException">It cannot be created.</exception>
    internal static void CreatePrivateFile(string path)
    {
        if (File.Exists(path))
        {
            // Never open an existing store beside SQLite: closing that handle would drop this process's POSIX locks on
            // it.
            return;
        }

        try
        {
            var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                Directory.CreateDirectory(folder, Owner | UnixFileMode.UserExecute);
                options.UnixCreateMode = Owner;
            }

            using var file = new FileStream(path, options);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was first; its file is as good.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                StoreProblem.NotPermitted, $"cannot create the store {path}: {exception.Message}", exception);
        }
    }

    /// <summary>Works on a file; what SQLite says against it becomes what a store says.</summary>
    internal static T Guarded<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteException exception)
        {
            var (problem, message) = Explain(path, exception);
            throw new StoreException(problem, message, exception);
        }
    }

    private static (StoreProblem Problem, string Message) Explain(string path, SqliteException exception) =>
        exception.SqliteErrorCode switch
        {
            SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED => (
                StoreProblem.InUse,
                $"store {path} is in use by another process: try again, or raise BusyTimeoutSeconds"),
            SQLitePCL.raw.SQLITE_FULL => (
                StoreProblem.Full,
                $"no space left for the store {path}: nothing was written; free some space and try again"),
            SQLitePCL.raw.SQLITE_NOTADB => (
                StoreProblem.NotAStore,
                $"{path} is not a Speaker store (not an SQLite database): use another file"),
            SQLitePCL.raw.SQLITE_CORRUPT => (
                StoreProblem.Damaged,
                $"store {path} is damaged ({exception.Message}): restore it from a copy, or enrol into a new one"),
            SQLitePCL.raw.SQLITE_READONLY or SQLitePCL.raw.SQLITE_PERM or SQLitePCL.raw.SQLITE_AUTH => (
                StoreProblem.NotPermitted,
                $"store {path} cannot be written: check the permissions of the file and its folder"),
            SQLitePCL.raw.SQLITE_CANTOPEN => (
                StoreProblem.NotPermitted,
                $"store {path} cannot be opened: check that it is a file and that you may read and write it and its " +
                "folder"),
            SQLitePCL.raw.SQLITE_IOERR => (
                StoreProblem.Failed,
                $"reading or writing the store {path} failed ({exception.Message}): nothing was written; check the disk"),
            _ => (StoreProblem.Failed, $"store {path}: {exception.Message}"),
        };

    internal static float[] Vector(byte[] bytes) => MemoryMarshal.Cast<byte, float>(bytes).ToArray();

    internal static DateTimeOffset Time(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

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
