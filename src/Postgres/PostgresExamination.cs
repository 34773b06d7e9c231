using Npgsql;
using Speaker.Enrolment;
using Speaker.Enrolment.Protection;

namespace Speaker.Postgres;

/// <summary>What a look at the store finds.</summary>
internal static class PostgresExamination
{
    /// <summary>Reads every row with its index entries. A page whose checksum is wrong is found where the cluster has
    /// checksums.</summary>
    /// <param name="transaction">Reads.</param>
    /// <param name="location">The store, for messages.</param>
    /// <param name="isElsewhere">Whether the server is another machine.</param>
    /// <param name="keySource">Where keys are from; null where none are given.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<StoreCondition?> RunAsync(
        PostgresTransaction transaction,
        string location,
        bool isElsewhere,
        string? keySource,
        CancellationToken cancellationToken)
    {
        var server = (string?)await transaction.ScalarAsync(
            "SELECT current_setting('server_version')", [], cancellationToken).ConfigureAwait(false);
        var isEncrypted = (bool?)await transaction.ScalarAsync(
            "SELECT ssl FROM pg_catalog.pg_stat_ssl WHERE pid = pg_backend_pid()", [], cancellationToken)
            .ConfigureAwait(false) ?? false;
        IReadOnlyList<SealedCount> counts = [];
        string? damage = null;
        try
        {
            await transaction.ScalarAsync(
                """
                SELECT count(*), sum(hashtext(s.name)::bigint), sum(get_byte(u.embedding, 0))
                FROM speaker s LEFT JOIN utterance u ON u.speaker_id = s.id
                """, [], cancellationToken).ConfigureAwait(false);
            counts = await PostgresUtterances.CountByKeyAsync(transaction, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException exception) when (
            PostgresFailure.Explain(location, exception).Problem == StoreProblem.Damaged)
        {
            damage = exception.MessageText;
        }

        var isExposed = isElsewhere && !isEncrypted;
        return new StoreCondition(
            // Debian's answer goes on with the package's version.
            $"PostgreSQL {server?.Split(' ')[0]}", damage,
            isExposed ? "the connection to it is not encrypted" : null,
            isExposed ? "add sslmode=verify-full to the address, and set the server up for it" : "", counts, keySource);
    }
}
