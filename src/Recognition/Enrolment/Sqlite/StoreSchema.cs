using Microsoft.Data.Sqlite;

namespace Speaker.Enrolment.Sqlite;

/// <summary>The tables of the store, and the check that a file is one.</summary>
internal static class StoreSchema
{
    /// <summary>"SPKR", SQLite's application_id: tells our file from any other SQLite database.</summary>
    private const int ApplicationId = 0x53504B52;

    private const int Version = 1;

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
    /// Settings of every connection. One file and a rollback journal: nothing of a removed speaker can stay behind in a
    /// write-ahead log. secure_delete overwrites what is deleted; temporary tables stay in memory for the same reason.
    /// </summary>
    public static void Configure(SqliteConnection connection) => Execute(connection, null, """
        PRAGMA journal_mode = DELETE;
        PRAGMA synchronous = FULL;
        PRAGMA secure_delete = ON;
        PRAGMA foreign_keys = ON;
        PRAGMA temp_store = MEMORY;
        """);

    /// <summary>Creates the tables in an empty database; refuses a file that is something else or of a newer
    /// version.</summary>
    public static void Ensure(SqliteConnection connection, string path)
    {
        // One snapshot for all that the look reads: another process may be creating the tables at this moment.
        using (var look = connection.BeginTransaction(deferred: true))
        {
            if (IsCurrent(connection, look, path))
            {
                return;
            }
        }

        using var transaction = connection.BeginTransaction(deferred: false);
        // Another process may have been first between the look and the lock.
        if (!IsCurrent(connection, transaction, path))
        {
            Execute(connection, transaction, Tables);
            Execute(connection, transaction,
                $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version};");
        }

        transaction.Commit();
    }

    /// <summary>Refuses a file that is something else, of a newer version, or empty.</summary>
    public static void Require(SqliteConnection connection, string path)
    {
        using var look = connection.BeginTransaction(deferred: true);
        if (!IsCurrent(connection, look, path))
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

    private static bool IsCurrent(SqliteConnection connection, SqliteTransaction transaction, string path)
    {
        var version = Scalar(connection, transaction, "PRAGMA user_version");
        var application = Scalar(connection, transaction, "PRAGMA application_id");
        if (application == ApplicationId && version == Version)
        {
            return true;
        }

        if (application == ApplicationId && version > Version)
        {
            throw new StoreException(
                StoreProblem.NewerVersion,
                $"store {path} has schema version {version}; this version of Speaker reads up to {Version}: update it");
        }

        if (application != 0 || Scalar(connection, transaction, "SELECT count(*) FROM sqlite_schema") != 0)
        {
            throw new StoreException(
                StoreProblem.NotAStore, $"{path} is an SQLite database but not a Speaker store: use another file");
        }

        return false;
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
