using System.Data.Common;
using Npgsql;
using Speaker.Jobs;

namespace Speaker.Postgres.Jobs;

/// <summary>Jobs in the database of the store, for any number of processes and machines at once: each claims the first
/// job that no other is claiming.</summary>
internal sealed class PostgresJobQueue : JobQueue, IDisposable
{
    private readonly PostgresJobSchema _schema;
    private readonly PostgresConnections _connections;
    private readonly PostgresTables _tables;

    /// <param name="store">Its path is the database's address.</param>
    /// <param name="limits">How much, and for how long.</param>
    /// <exception cref="FormatException">The path is no address.</exception>
    public PostgresJobQueue(StoreOptions store, JobLimits limits)
        : base(PostgresJobSchema.Statements, limits)
    {
        var address = PostgresAddress.Parse(store.Path!);
        _schema = new PostgresJobSchema(store.Tenant, address.Location);
        _connections = new PostgresConnections(address, address.Location, _schema.Quoted, limits.Busy);
        _tables = new PostgresTables(_connections, PostgresJobSchema.Newest, _schema.VersionAsync, _schema.MigrateAsync);
    }

    public override string Location => _connections.Location;

    public void Dispose() => _connections.Dispose();

    protected override async Task<T> ReadAsync<T>(
        Func<IJobTransaction, Task<T>> read, T empty, CancellationToken cancellationToken) =>
        await _tables.AreThereAsync(cancellationToken).ConfigureAwait(false)
            ? await _connections.ReadAsync(
                transaction => read(new Transaction(transaction, cancellationToken)), cancellationToken)
                .ConfigureAwait(false)
            : empty;

    protected override async Task<T> EditAsync<T>(
        Func<IJobTransaction, Task<T>> edit, T empty, CancellationToken cancellationToken) =>
        await _tables.AreThereAsync(cancellationToken).ConfigureAwait(false)
            ? await WriteAsync(edit, cancellationToken).ConfigureAwait(false)
            : empty;

    protected override async Task<T> WriteAsync<T>(
        Func<IJobTransaction, Task<T>> write, CancellationToken cancellationToken)
    {
        await _tables.EnsureAsync(cancellationToken).ConfigureAwait(false);
        return await _connections.WriteAsync(
            transaction => write(new Transaction(transaction, cancellationToken)), cancellationToken).ConfigureAwait(false);
    }

    private sealed class Transaction(PostgresTransaction transaction, CancellationToken cancellationToken) : IJobTransaction
    {
        public Task<int> ExecuteAsync(string sql, params object?[] values) =>
            transaction.ExecuteAsync(sql, Parameters(values), cancellationToken);

        public Task<List<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> row, params object?[] values) =>
            transaction.QueryAsync(sql, Parameters(values), row, cancellationToken);

        private static NpgsqlParameter[] Parameters(object?[] values) => Array.ConvertAll(values, value => value switch
        {
            long number => PostgresValues.Number(number),
            byte[] bytes => PostgresValues.Bytes(bytes),
            _ => PostgresValues.Text((string?)value),
        });
    }
}
