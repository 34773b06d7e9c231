using Microsoft.Data.Sqlite;

namespace Speaker.Jobs.Sqlite;

/// <summary>The tables of a queue in SQLite, and the check that a file is one.</summary>
internal static class SqliteJobSchema
{
    /// <summary>"SPKQ", SQLite's application_id.</summary>
    private const long ApplicationId = 0x53504B51;

    private const long Version = 1;

    /// <summary>A day of 86,400,000 ms; julianday counts days, and 1970 began at 2440587.5.</summary>
    private const string Now = "CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)";

    public static JobStatements Statements { get; } = new("", Now, locking: "");

    /// <summary>Sets a connection up, and makes the tables in an empty file.</summary>
    /// <exception cref="StoreException">The file is something else, or of a newer version.</exception>
    public static void Prepare(SqliteConnection connection, string path)
    {
        // As in the store: SQLite itself waits for the file when it looks whether the tables are still those it knows.
        Execute(connection, null, $"""
            PRAGMA busy_timeout = {connection.DefaultTimeout * 1000};
            PRAGMA journal_mode = DELETE;
            PRAGMA synchronous = FULL;
            PRAGMA secure_delete = ON;
            PRAGMA foreign_keys = ON;
            PRAGMA temp_store = MEMORY;
            """);
        // One snapshot for all that the look reads: another process may be making the tables at this moment.
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
            foreach (var statement in Statements.Tables("INTEGER PRIMARY KEY AUTOINCREMENT", "BLOB", ""))
            {
                Execute(connection, transaction, statement);
            }

            Execute(connection, transaction,
                $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version};");
        }

        transaction.Commit();
    }

    private static bool IsCurrent(SqliteConnection connection, SqliteTransaction transaction, string path)
    {
        var application = Scalar(connection, transaction, "PRAGMA application_id");
        var version = Scalar(connection, transaction, "PRAGMA user_version");
        if (application == ApplicationId)
        {
            return version <= Version
                ? version == Version
                : throw new StoreException(
                    StoreProblem.NewerVersion,
                    $"queue {path} has schema version {version}; this version of Speaker reads up to {Version}: update it");
        }

        if (application != 0 || Scalar(connection, transaction, "SELECT count(*) FROM sqlite_schema") != 0)
        {
            throw new StoreException(
                StoreProblem.NotAStore, $"{path} is an SQLite database but not a queue of Speaker: move it away");
        }

        return false;
    }

    private static long Scalar(SqliteConnection connection, SqliteTransaction transaction, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of this class only
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = transaction;
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(SqliteConnection connection, SqliteTransaction? transaction, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of this class and of JobStatements only
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }
}
