using Speaker.Audio;
using Speaker.Enrolment;
using Speaker.Enrolment.Audit;

namespace Speaker.Postgres;

/// <summary>Moves the store from one model to another.</summary>
internal sealed class PostgresMigration(
    PostgresConnections connections, PostgresUtterances utterances, PostgresAudit audit)
{
    /// <summary>Utterances that are replaced together.</summary>
    private const int ReplacedAtATime = 100;

    /// <summary>The utterances of other models, by speaker and in the order of their enrolment.</summary>
    public async Task<IReadOnlyList<OutdatedUtterance>> ReadAsync(
        PostgresTransaction transaction, string modelHash, CancellationToken cancellationToken) =>
        await transaction.QueryAsync(
            """
            SELECT u.id, s.name, u.source, EXISTS (SELECT 1 FROM recording r WHERE r.utterance_id = u.id)
            FROM utterance u JOIN speaker s ON s.id = u.speaker_id
            WHERE u.model_hash < $1 OR u.model_hash > $1 ORDER BY s.name, u.id
            """,
            [PostgresValues.Text(modelHash)],
            row => new OutdatedUtterance(
                row.GetInt64(0), row.GetString(1), row.GetString(2),
                row.GetBoolean(3)
                    ? AudioInput.FromProvider(new PostgresRecording(connections, row.GetInt64(0)))
                    : null),
            cancellationToken).ConfigureAwait(false);

    /// <summary>As <see cref="IEditableStore.ReplaceOutdatedAsync"/>, inside a transaction that has locked the
    /// store.</summary>
    public async Task ReplaceAsync(
        PostgresTransaction transaction,
        IReadOnlyList<OutdatedUtterance> outdated,
        IEnumerable<RenewedUtterance> renewed,
        string modelHash,
        CancellationToken cancellationToken)
    {
        OutdatedUtterance.RequireSame(
            connections.Location, outdated,
            await ReadAsync(transaction, modelHash, cancellationToken).ConfigureAwait(false));
        var count = 0;
        foreach (var some in renewed.Chunk(ReplacedAtATime))
        {
            var byId = some.ToDictionary(utterance => utterance.Id);
            var rows = await utterances.ReadWholeAsync(
                transaction, $"WHERE u.id = {PostgresValues.AnyOf}", [PostgresValues.Numbers(byId.Keys)],
                cancellationToken).ConfigureAwait(false);
            await utterances.WriteAsync(
                transaction, rows.ConvertAll(row => Renewed(row, byId[row.Kept.Id], modelHash)), cancellationToken)
                .ConfigureAwait(false);
            count += rows.Count;
        }

        await transaction.ExecuteAsync(
            "DELETE FROM utterance WHERE model_hash < $1 OR model_hash > $1", [PostgresValues.Text(modelHash)],
            cancellationToken).ConfigureAwait(false);
        await transaction.ExecuteAsync(
            "DELETE FROM speaker s WHERE NOT EXISTS (SELECT 1 FROM utterance u WHERE u.speaker_id = s.id)", [],
            cancellationToken).ConfigureAwait(false);
        await audit.AppendAsync(
            transaction, AuditAction.Migrate, null,
            $"model={modelHash} utterances={count} removed={outdated.Count - count}", cancellationToken)
            .ConfigureAwait(false);
    }

    private static PostgresUtterance Renewed(PostgresUtterance row, RenewedUtterance renewed, string modelHash) =>
        row with
        {
            ModelHash = modelHash,
            Kept = row.Kept with
            {
                Utterance = row.Kept.Utterance with
                {
                    Embedding = renewed.Embedding, SpeechSeconds = renewed.SpeechSeconds,
                },
            },
        };
}
