using Npgsql;

namespace Speaker.Postgres;

/// <summary>One transaction of the store: statements by their text and their values in order, $1 the first.</summary>
/// <param name="connection">Whose it is.</param>
/// <param name="transaction">Null: each statement, and each batch, for itself.</param>
internal sealed class PostgresTransaction(NpgsqlConnection connection, NpgsqlTransaction? transaction)
{
    /// <summary>Statements that are sent together; each one sees what was committed before it began.</summary>
    public NpgsqlBatch Batch() => new(connection, transaction);

    /// <summary>Runs a statement.</summary>
    /// <returns>How many rows it changed.</returns>
    public async Task<int> ExecuteAsync(
        string sql, IReadOnlyList<NpgsqlParameter> values, CancellationToken cancellationToken)
    {
        var batch = Batch();
        await using (batch.ConfigureAwait(false))
        {
            batch.Add(sql, values);
            return await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The first value of the first row; null where there is none.</summary>
    public async Task<object?> ScalarAsync(
        string sql, IReadOnlyList<NpgsqlParameter> values, CancellationToken cancellationToken)
    {
        var batch = Batch();
        await using (batch.ConfigureAwait(false))
        {
            batch.Add(sql, values);
            return await batch.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is { } value and not DBNull
                ? value
                : null;
        }
    }

    /// <summary>Every row of a query.</summary>
    public async Task<List<T>> QueryAsync<T>(
        string sql,
        IReadOnlyList<NpgsqlParameter> values,
        Func<NpgsqlDataReader, T> row,
        CancellationToken cancellationToken)
    {
        var batch = Batch();
        await using (batch.ConfigureAwait(false))
        {
            batch.Add(sql, values);
            var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                return await reader.RowsAsync(row, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
