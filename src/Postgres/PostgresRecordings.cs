using Speaker.Audio.Files;

namespace Speaker.Postgres;

/// <summary>The recordings behind utterances, where <see cref="StoreOptions.KeepRecordings"/> is on: their samples
/// (32-bit float, little endian, 16 kHz mono) in rows of a table, numbered from 0 for each utterance, so that neither side
/// has more than one row in memory. They go with their utterance.</summary>
internal static class PostgresRecordings
{
    /// <summary>16.4 s of sound.</summary>
    public const int PartBytes = 1 << 20;

    /// <summary>Gives an utterance its recording.</summary>
    public static async Task AddAsync(
        PostgresTransaction transaction, long utterance, PassingSoundCopy copy, CancellationToken cancellationToken)
    {
        foreach (var (number, part) in copy.Parts(PartBytes).Index())
        {
            await transaction.ExecuteAsync(
                "INSERT INTO recording (utterance_id, part, sound) VALUES ($1, $2, $3)",
                [PostgresValues.Number(utterance), PostgresValues.Number(number), PostgresValues.Bytes(part)],
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A part of a recording; empty after the last one, and where there is none.</summary>
    public static async Task<byte[]> ReadAsync(
        PostgresTransaction transaction, long utterance, int part, CancellationToken cancellationToken) =>
        await transaction.ScalarAsync(
            "SELECT sound FROM recording WHERE utterance_id = $1 AND part = $2",
            [PostgresValues.Number(utterance), PostgresValues.Number(part)], cancellationToken)
            .ConfigureAwait(false) as byte[] ?? [];

    /// <summary>Of a recording that two speakers have, only one utterance stays when they become one: it gets the
    /// recording of the other where it has none.</summary>
    /// <param name="transaction">Writes.</param>
    /// <param name="from">The utterance that goes.</param>
    /// <param name="to">The one that stays.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static Task PassOnAsync(
        PostgresTransaction transaction, long from, long to, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            """
            UPDATE recording SET utterance_id = $2
            WHERE utterance_id = $1 AND NOT EXISTS (SELECT 1 FROM recording WHERE utterance_id = $2)
            """,
            [PostgresValues.Number(from), PostgresValues.Number(to)], cancellationToken);
}
