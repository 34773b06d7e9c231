using System.Globalization;
using Speaker.Jobs;

namespace Speaker.Postgres.Jobs;

/// <summary>The tables of a queue in PostgreSQL, in a schema of their own, which is all that its connections see, with a version
/// of their own. The steps that a queue lacks are taken in one transaction, by one process at a time.</summary>
internal sealed class PostgresJobSchema
{
    /// <summary>An advisory lock, which every program of a database shares: "SPKQ".</summary>
    private const long MigrationLock = 0x53504B51_0000_0000;

    public static JobStatements Statements { get; } = new(
        "", "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)", "FOR UPDATE SKIP LOCKED");

    /// <summary>Version 1: jobs, their sound, and which steps were taken.</summary>
    private static readonly IReadOnlyList<string>[] Steps =
    [
        [
            """
            CREATE TABLE queue_version (
                version integer PRIMARY KEY,
                applied_at timestamptz NOT NULL DEFAULT now()
            )
            """,
            .. Statements.Tables("bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "bytea", ""),
        ],
    ];

    private readonly string _name;
    private readonly string _location;

    /// <param name="tenant">Whose; empty: the schema "speaker_queue".</param>
    /// <param name="location">The database, for messages.</param>
    public PostgresJobSchema(string tenant, string location)
    {
        _name = "speaker_queue" + (tenant.Length == 0 ? "" : "_tenant_" + tenant);
        _location = location;
    }

    /// <summary>As a statement has it.</summary>
    public string Quoted => $"\"{_name}\"";

    public static int Newest => Steps.Length;

    /// <summary>The version of a queue; 0 where there is none yet.</summary>
    /// <exception cref="StoreException">It is of a newer version, or the schema is something else's.</exception>
    public async Task<int> VersionAsync(PostgresTransaction transaction, CancellationToken cancellationToken)
    {
        var isOurs = await transaction.ScalarAsync(
            """
            SELECT to_regclass($1 || '.queue_version') IS NOT NULL FROM pg_catalog.pg_namespace WHERE nspname = $2
            """, [PostgresValues.Text(Quoted), PostgresValues.Text(_name)], cancellationToken).ConfigureAwait(false);
        if (isOurs is not bool known)
        {
            return 0;
        }

        if (!known)
        {
            throw new StoreException(
                StoreProblem.NotAStore,
                $"database {_location} has a schema '{_name}' that is not a queue of Speaker: use another database");
        }

        var version = await transaction.ScalarAsync(
            $"SELECT max(version) FROM {Quoted}.queue_version", [], cancellationToken).ConfigureAwait(false) as int? ?? 0;
        return version <= Newest
            ? version
            : throw new StoreException(
                StoreProblem.NewerVersion,
                $"queue {_location} has schema version {version}; this version of Speaker reads up to {Newest}: update it");
    }

    /// <summary>Takes the steps that are missing.</summary>
    /// <exception cref="StoreException">As <see cref="VersionAsync"/>; or the tables cannot be made.</exception>
    public async Task<int> MigrateAsync(PostgresTransaction transaction, CancellationToken cancellationToken)
    {
        await transaction.ExecuteAsync(
            "SELECT pg_advisory_xact_lock($1)", [PostgresValues.Number(MigrationLock)], cancellationToken)
            .ConfigureAwait(false);
        // Another process may have been first between the look and the lock.
        var version = await VersionAsync(transaction, cancellationToken).ConfigureAwait(false);
        if (version == 0)
        {
            await transaction.ExecuteAsync($"CREATE SCHEMA IF NOT EXISTS {Quoted}", [], cancellationToken)
                .ConfigureAwait(false);
        }

        for (; version < Newest; version++)
        {
            foreach (var statement in Steps[version])
            {
                await transaction.ExecuteAsync(statement, [], cancellationToken).ConfigureAwait(false);
            }

            await transaction.ExecuteAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"INSERT INTO queue_version (version) VALUES ({version + 1})"),
                [], cancellationToken).ConfigureAwait(false);
        }

        return version;
    }
}
