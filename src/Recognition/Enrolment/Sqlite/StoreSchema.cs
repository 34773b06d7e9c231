using System.Buffers.Binary;
using Microsoft.Data.Sqlite;

namespace Speaker.Enrolment.Sqlite;

/// <summary>The tables of the store, and the check that a file is one. A version is a step from the one before, and the steps
/// that a file lacks are taken in one transaction: a process that dies in the middle leaves the version that was.</summary>
internal static class StoreSchema
{
    /// <summary>"SPKR", SQLite's application_id: tells our file from any other SQLite database.</summary>
    private const int ApplicationId = 0x53504B52;

    /// <summary>Version 1: speakers and utterances.</summary>
    private const string Tables = """
        CREATE TABLE speaker (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            enrolled_at TEXT NOT NULL,
            consent TEXT,
            consent_at TEXT
        ) STRICT;
        CREATE TABLE utterance (
            id INTEGER PRIMARY KEY,
            speaker_id INTEGER NOT NULL REFERENCES speaker(id) ON DELETE CASCADE,
            model_hash TEXT NOT NULL,
            embedding BLOB NOT NULL,
            speech_seconds REAL NOT NULL,
            source TEXT NOT NULL,
            added_at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX utterance_of_speaker ON utterance(speaker_id);
        CREATE INDEX utterance_of_model ON utterance(model_hash);
        """;

    /// <summary>
    /// Version 2: the key that an utterance is sealed with, the audit log, and whether something that was removed is still to
    /// be cleaned out of the file. The tables beside the utterances were there before, in some files.
    /// </summary>
    private const string Protection = """
        CREATE TABLE IF NOT EXISTS fingerprint (
            utterance_id INTEGER PRIMARY KEY REFERENCES utterance(id) ON DELETE CASCADE,
            outline BLOB NOT NULL
        ) STRICT;
        CREATE TABLE IF NOT EXISTS detail (
            utterance_id INTEGER PRIMARY KEY REFERENCES utterance(id) ON DELETE CASCADE,
            peak REAL,
            clipped_fraction REAL,
            speech_level REAL,
            signal_to_noise REAL,
            bandwidth REAL,
            note TEXT
        ) STRICT;
        CREATE TABLE IF NOT EXISTS recording (
            utterance_id INTEGER PRIMARY KEY REFERENCES utterance(id) ON DELETE CASCADE,
            file TEXT NOT NULL UNIQUE
        ) STRICT;
        ALTER TABLE utterance ADD COLUMN key_id TEXT;
        ALTER TABLE speaker ADD COLUMN subject TEXT;
        UPDATE speaker SET subject = lower(hex(randomblob(16)));
        CREATE UNIQUE INDEX subject_of_speaker ON speaker(subject);
        CREATE TABLE audit (
            sequence INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            actor TEXT NOT NULL,
            action TEXT NOT NULL,
            subject TEXT,
            detail TEXT NOT NULL,
            previous BLOB NOT NULL,
            hash BLOB NOT NULL
        ) STRICT;
        CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
        CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
        CREATE TABLE cleaning (pending INTEGER PRIMARY KEY) STRICT;
        """;

    /// <summary>What <see cref="StoreBackup"/> puts back, those first that others refer to.</summary>
    public static readonly string[] DataTables = ["speaker", "utterance", "fingerprint", "detail", "recording"];

    public const string AuditTable = "audit";

    private static readonly string[] Steps = [Tables, Protection];

    /// <summary>
    /// Settings of every connection. One file and a rollback journal: nothing of a removed speaker can stay behind in a
    /// write-ahead log. secure_delete overwrites what is deleted; temporary tables stay in memory for the same reason.
    /// </summary>
    /// <remarks>SQLite waits for the lock itself, and not only Microsoft.Data.Sqlite above it: a statement is prepared by the
    /// tables as they were last seen, and SQLite looks whether they are others now only if it gets the file.</remarks>
    public static void Configure(SqliteConnection connection) => Execute(connection, null, $"""
        PRAGMA busy_timeout = {connection.DefaultTimeout * 1000};
        PRAGMA journal_mode = DELETE;
        PRAGMA synchronous = FULL;
        PRAGMA secure_delete = ON;
        PRAGMA foreign_keys = ON;
        PRAGMA temp_store = MEMORY;
        """);

    /// <summary>Creates the tables in an empty database, or brings them up to this version; refuses a file that is something
    /// else or of a newer version.</summary>
    /// <param name="connection">Of the file.</param>
    /// <param name="path">The file.</param>
    /// <param name="upTo">The version that it gets at the least; null: the newest.</param>
    public static void Ensure(SqliteConnection connection, string path, int? upTo = null)
    {
        // One snapshot for all that the look reads: another process may be creating the tables at this moment.
        var wanted = upTo ?? Steps.Length;
        using (var look = connection.BeginTransaction(deferred: true))
        {
            if (Version(connection, look, path) >= wanted)
            {
                return;
            }
        }

        using var transaction = connection.BeginTransaction(deferred: false);
        // Another process may have been first between the look and the lock.
        for (var version = Version(connection, transaction, path); version < wanted; version++)
        {
            Execute(connection, transaction, Steps[version]);
            Execute(connection, transaction,
                $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {version + 1};");
        }

        transaction.Commit();
    }

    /// <summary>Whether a file says of itself that it is a store: by SQLite's file format the name of the format comes first,
    /// and the application's number is at byte 68.</summary>
    public static bool IsStore(string path)
    {
        Span<byte> head = stackalloc byte[72];
        using var file = File.OpenRead(path);
        return file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length
            && head.StartsWith("SQLite format 3\0"u8) && BinaryPrimitives.ReadInt32BigEndian(head[68..]) == ApplicationId;
    }

    /// <summary>Refuses a file that is something else, of a newer version, or empty.</summary>
    public static void Require(SqliteConnection connection, string path)
    {
        using var look = connection.BeginTransaction(deferred: true);
        if (Version(connection, look, path) == 0)
        {
            throw new StoreException(StoreProblem.NotAStore, $"{path} is an empty database: use another file");
        }
    }

    public static long Scalar(SqliteConnection connection, SqliteTransaction? transaction, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>The version of a store; 0 for an empty file.</summary>
    private static int Version(SqliteConnection connection, SqliteTransaction transaction, string path)
    {
        var version = Scalar(connection, transaction, "PRAGMA user_version");
        var application = Scalar(connection, transaction, "PRAGMA application_id");
        if (application == ApplicationId && version >= 1 && version <= Steps.Length)
        {
            return (int)version;
        }

        if (application == ApplicationId && version > Steps.Length)
        {
            throw new StoreException(
                StoreProblem.NewerVersion,
                $"store {path} has schema version {version}; this version of Speaker reads up to {Steps.Length}: update it");
        }

        if (application != 0 || Scalar(connection, transaction, "SELECT count(*) FROM sqlite_schema") != 0)
        {
            throw new StoreException(
                StoreProblem.NotAStore, $"{path} is an SQLite database but not a Speaker store: use another file");
        }

        return 0;
    }

    private static void Execute(SqliteConnection connection, SqliteTransaction? transaction, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of this class only
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }
}
