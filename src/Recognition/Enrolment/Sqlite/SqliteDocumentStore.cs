using Microsoft.Data.Sqlite;

namespace Speaker.Enrolment.Sqlite;

/// <summary>Texts in one SQLite file beside that of the voiceprints, opened anew for every call.</summary>
internal sealed class SqliteDocumentStore(StoreOptions options) : IDocumentStore
{
    /// <summary>After the name of the store.</summary>
    private const string Ending = ".documents";

    /// <summary>As many characters as a key that begins with the prefix is compared by, the prefix and no more.</summary>
    private const string BeginsWith = "substr(key, 1, length($prefix)) = $prefix";

    private readonly string _path = SqliteVoiceprintStore.FileOf(options) + Ending;
    private readonly int _patience = Math.Max(1, (int)Math.Ceiling(options.BusyTimeoutSeconds));

    public Task<string?> ReadAsync(string key, CancellationToken cancellationToken) => ReadAsync(
        connection => Command(connection, null, "SELECT text FROM document WHERE key = $key", ("$key", key))
            .ExecuteScalar() as string,
        null, cancellationToken);

    public Task<IReadOnlyList<KeyValuePair<string, string>>> ListAsync(
        string prefix, string after, int most, CancellationToken cancellationToken) => ReadAsync(
        IReadOnlyList<KeyValuePair<string, string>> (connection) =>
        {
            using var reader = Command(
                connection, null,
                $"SELECT key, text FROM document WHERE {BeginsWith} AND key > $after ORDER BY key LIMIT $most",
                ("$prefix", prefix), ("$after", after), ("$most", most)).ExecuteReader();
            var found = new List<KeyValuePair<string, string>>();
            while (reader.Read())
            {
                found.Add(new(reader.GetString(0), reader.GetString(1)));
            }

            return found;
        },
        [], cancellationToken);

    public Task<long> CountAsync(string prefix, CancellationToken cancellationToken) => ReadAsync(
        connection => (long)Command(
            connection, null, $"SELECT count(*) FROM document WHERE {BeginsWith}", ("$prefix", prefix)).ExecuteScalar()!,
        0, cancellationToken);

    public Task<string?> ChangeAsync(
        string key, Func<string?, string?> change, CancellationToken cancellationToken) => Task.Run(
        () => VoiceprintDatabase.Guarded(_path, () =>
        {
            StoreFile.CreatePrivate(_path);
            using var connection = Open();
            using var transaction = connection.BeginTransaction(deferred: false);
            var text = change(
                Command(connection, transaction, "SELECT text FROM document WHERE key = $key", ("$key", key))
                    .ExecuteScalar() as string);
            if (text is null)
            {
                Command(connection, transaction, "DELETE FROM document WHERE key = $key", ("$key", key))
                    .ExecuteNonQuery();
            }
            else
            {
                Command(
                    connection, transaction,
                    "INSERT INTO document (key, text) VALUES ($key, $text) ON CONFLICT (key) DO UPDATE SET text = $text",
                    ("$key", key), ("$text", text)).ExecuteNonQuery();
            }

            transaction.Commit();
            return text;
        }),
        cancellationToken);

    private Task<T> ReadAsync<T>(Func<SqliteConnection, T> read, T empty, CancellationToken cancellationToken) => Task.Run(
        () => VoiceprintDatabase.Guarded(_path, () =>
        {
            if (!File.Exists(_path))
            {
                return empty;
            }

            using var connection = Open();
            return read(connection);
        }),
        cancellationToken);

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path.GetFullPath(_path),
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = _patience,
        }.ToString());
        try
        {
            connection.Open();
            StoreSchema.Configure(connection);
            Command(
                connection, null,
                "CREATE TABLE IF NOT EXISTS document (key TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID")
                .ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Ends with its connection.</summary>
    private static SqliteCommand Command(
        SqliteConnection connection, SqliteTransaction? transaction, string sql,
        params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of this class only; values are parameters
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = transaction;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
