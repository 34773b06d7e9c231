using System.Globalization;
using Speaker.Jobs;

namespace Speaker.Postgres.Jobs;

/// <summary>The tables of a queue in PostgreSQL, in a schema of their own with a version of their own. The steps that a
/// queue lacks are taken in one transaction, by one process at a time.</summary>
internal static class PostgresJobSchema
{
    /// <summary>An advisory lock, which every program of a database shares: "SPKQ".</summary>
    private const long MigrationLock = 0x53504B51_0000_0000;

    public static JobStatements Statements { get; } = new(
        "speaker_queue.", "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)", "FOR UPDATE SKIP LOCKED");

    /// <summary>Version 1: jobs, their sound, and which steps were taken.</summary>
    private static readonly IReadOnlyList<string>[] Steps =
    [
        [
            "CREATE SCHEMA speaker_queue",
            """
            CREATE TABLE speaker_queue.queue_version (
                version integer PRIMARY KEY,
                applied_at timestamptz NOT NULL DEFAULT now()
            )
            """,
            .. Statements.Tables("bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "bytea", ""),
        ],
    ];

    public static int Newest => Steps.Length;

    /// <summary>The version of a queue; 0 where there is none yet.</summary>
    /// <exception cref="StoreException">It is of a newer version, or the schema is something else's.</exception>
    public static async Task<int> VersionAsync(
        PostgresTransaction transaction, string location, CancellationToken cancellationToken)
    {
        var isOurs = await transaction.ScalarAsync(
            """
            SELECT to_regclass('speaker_queue.queue_version') IS NOT NULL FROM pg_catalog.pg_namespace
            WHERE nspname = 'speaker_queue'
            """, [], cancellationToken).ConfigureAwait(false);
        if (isOurs is not bool known)
        {
            return 0;
        }

        if (!known)
        {
            throw new StoreException(
                StoreProblem.NotAStore,
                $"database {location} has a schema 'speaker_queue' that is not a queue of Speaker: use another database");
        }

        var version = await transaction.ScalarAsync(
            "SELECT max(version) FROM speaker_queue.queue_version", [], cancellationToken).ConfigureAwait(false) as int? ?? 0;
        return version <= Newest
            ? version
            : throw new StoreException(
                StoreProblem.NewerVersion,
                $"queue {location} has schema version {version}; this version of Speaker reads up to {Newest}: update it");
    }

    /// <summary>Takes the steps that are missing.</summary>
    /// <exception cref="StoreException">As <see cref="VersionAsync"/>; or the tables cannot be made.</exception>
    public static async Task<int> MigrateAsync(
        PostgresTransaction transaction, string location, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync(
            "SELECT pg_advisory_xact_lock($1)", [PostgresValues.Number(MigrationLock)], cancellationToken)
            .ConfigureAwait(false);
        // Another process may have been first between the look and the lock.
        var version = await VersionAsync(transaction, location, cancellationToken).ConfigureAwait(false);
        for (; version < Newest; version++)
        {
            foreach (var statement in Steps[version])
            {
                await transaction.ExecuteAsync(statement, [], cancellationToken).ConfigureAwait(false);
            }

            await transaction.ExecuteAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"INSERT INTO speaker_queue.queue_version (version) VALUES ({version + 1})"),
                [], cancellationToken).ConfigureAwait(false);
        }

        return version;
    }
}
