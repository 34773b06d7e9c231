using Speaker.Enrolment;

namespace Speaker.Postgres;

/// <summary>Texts in a schema of their own, beside that of the voiceprints. The table is made by the first change.</summary>
internal sealed class PostgresDocumentStore : IDocumentStore, IDisposable
{
    private readonly string _schema;
    private readonly PostgresConnections _connections;
    private volatile bool _isThere;

    /// <param name="options">The address is their path.</param>
    /// <exception cref="FormatException">The path is no address.</exception>
    public PostgresDocumentStore(StoreOptions options)
    {
        var address = PostgresAddress.Parse(options.Path!);
        var name = "speaker_documents" + (options.Tenant.Length == 0 ? "" : "_tenant_" + options.Tenant);
        _schema = $"\"{name}\"";
        _connections = new PostgresConnections(
            address, $"{address.Location} (schema {name})", _schema, TimeSpan.FromSeconds(options.BusyTimeoutSeconds));
    }

    public Task<string?> ReadAsync(string key, CancellationToken cancellationToken) => ReadAsync(
        async transaction => (string?)await transaction.ScalarAsync(
            "SELECT text FROM document WHERE key = $1", [PostgresValues.Text(key)], cancellationToken)
            .ConfigureAwait(false),
        null, cancellationToken);

    public Task<IReadOnlyList<KeyValuePair<string, string>>> ListAsync(
        string prefix, string after, int most, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<KeyValuePair<string, string>>>(
            async transaction => await transaction.QueryAsync(
                "SELECT key, text FROM document WHERE starts_with(key, $1) AND key > $2 ORDER BY key LIMIT $3",
                [PostgresValues.Text(prefix), PostgresValues.Text(after), PostgresValues.Number(most)],
                row => KeyValuePair.Create(row.GetString(0), row.GetString(1)), cancellationToken).ConfigureAwait(false),
            [], cancellationToken);

    public Task<long> CountAsync(string prefix, CancellationToken cancellationToken) => ReadAsync(
        async transaction => (long)(await transaction.ScalarAsync(
            "SELECT count(*) FROM document WHERE starts_with(key, $1)", [PostgresValues.Text(prefix)], cancellationToken)
            .ConfigureAwait(false))!,
        0, cancellationToken);

    public Task<string?> ChangeAsync(
        string key, Func<string?, string?> change, CancellationToken cancellationToken) => _connections.WriteAsync(
        async transaction =>
        {
            await EnsureAsync(transaction, cancellationToken).ConfigureAwait(false);
            await LockAsync(transaction, key, cancellationToken).ConfigureAwait(false);
            var text = change((string?)await transaction.ScalarAsync(
                "SELECT text FROM document WHERE key = $1", [PostgresValues.Text(key)], cancellationToken)
                .ConfigureAwait(false));
            await transaction.ExecuteAsync(
                text is null
                    ? "DELETE FROM document WHERE key = $1"
                    : "INSERT INTO document (key, text) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET text = $2",
                text is null ? [PostgresValues.Text(key)] : [PostgresValues.Text(key), PostgresValues.Text(text)],
                cancellationToken).ConfigureAwait(false);
            return text;
        },
        cancellationToken);

    public void Dispose() => _connections.Dispose();

    private async Task<T> ReadAsync<T>(
        Func<PostgresTransaction, Task<T>> read, T empty, CancellationToken cancellationToken) =>
        await _connections.ReadAsync(
            async transaction => await IsThereAsync(transaction, cancellationToken).ConfigureAwait(false)
                ? await read(transaction).ConfigureAwait(false)
                : empty,
            cancellationToken).ConfigureAwait(false);

    private async Task<bool> IsThereAsync(PostgresTransaction transaction, CancellationToken cancellationToken) =>
        _isThere || (_isThere = await transaction.ScalarAsync(
            "SELECT to_regclass($1)::text", [PostgresValues.Text(_schema + ".document")], cancellationToken)
            .ConfigureAwait(false) is not null);

    private async Task EnsureAsync(PostgresTransaction transaction, CancellationToken cancellationToken)
    {
        if (await IsThereAsync(transaction, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        // One after the other: two at once would both make it. It is known to be there once this is committed.
        await LockAsync(transaction, "", cancellationToken).ConfigureAwait(false);
        foreach (var statement in (string[])
            [
                $"CREATE SCHEMA IF NOT EXISTS {_schema}",
                "CREATE TABLE IF NOT EXISTS document (key text COLLATE \"C\" PRIMARY KEY, text text NOT NULL)",
            ])
        {
            await transaction.ExecuteAsync(statement, [], cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<int> LockAsync(PostgresTransaction transaction, string key, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [PostgresValues.Text($"{_schema}/{key}")],
            cancellationToken);
}
