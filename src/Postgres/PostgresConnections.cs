using System.Globalization;
using Npgsql;

namespace Speaker.Postgres;

/// <summary>
/// Connections to the server, and transactions on them. A connection that was lost is noticed by the first statement on it,
/// and the next one is tried: before anything was written that changes nothing.
/// </summary>
/// <remarks>Every connection is of one server that counts transactions by xid8, PostgreSQL 13 and later.</remarks>
internal sealed class PostgresConnections : IDisposable
{
    /// <summary>Enough for every core to wait for an answer; a server has 100 for all its clients.</summary>
    private const int MostConnections = 16;

    /// <summary>Of a host that was cut off in the middle of a transaction, the locks are free after this.</summary>
    private const string LongestPause = "60000";

    /// <summary>
    /// Waits for locks no longer than is allowed, and writes to the disk before it says that it did. With the number of the
    /// transaction, by which its end can be asked for if the connection is lost while it commits; none on a standby.
    /// </summary>
    private const string BeginWriting = """
        SELECT CASE WHEN pg_is_in_recovery() THEN NULL ELSE pg_current_xact_id()::text END,
               set_config('lock_timeout', $1, true),
               set_config('idle_in_transaction_session_timeout', $2, true),
               set_config('synchronous_commit', CASE current_setting('synchronous_commit')
                   WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, true)
        """;

    private static readonly TimeSpan[] Pauses = [TimeSpan.Zero, TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(0.5)];

    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlConnectionStringBuilder _settings;
    private readonly TimeSpan _busyTimeout;

    /// <param name="address">Where the server is.</param>
    /// <param name="location">The store, for messages.</param>
    /// <param name="schema">The only schema whose tables statements find, as a statement has it.</param>
    /// <param name="busyTimeout">Longest wait for another's transaction.</param>
    public PostgresConnections(PostgresAddress address, string location, string schema, TimeSpan busyTimeout)
    {
        _busyTimeout = busyTimeout;
        Location = location;
        _settings = new NpgsqlConnectionStringBuilder(address.Connection.ConnectionString)
        {
            MaxPoolSize = MostConnections,
            SearchPath = schema,
            // What is set is set for one transaction alone.
            NoResetOnClose = true,
            // Beyond the wait for locks, which the server ends itself.
            CommandTimeout = (int)Math.Ceiling(busyTimeout.TotalSeconds) + 30,
        };
        _source = Source(_settings);
    }

    public string Location { get; }

    /// <summary>A connection that is nobody else's and notices within seconds that it was lost: for notifications.</summary>
    /// <exception cref="StoreException">The server cannot be reached.</exception>
    public async Task<NpgsqlConnection> OpenAloneAsync(CancellationToken cancellationToken)
    {
        // The password, which a data source does not give away, is in the settings.
        using var source = Source(new NpgsqlConnectionStringBuilder(_settings.ConnectionString)
        {
            Pooling = false,
            KeepAlive = 10,
        });
        return await GuardedAsync(async () => await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false))
            .ConfigureAwait(false);
    }

    /// <summary>Reads, in one transaction that sees one moment.</summary>
    /// <exception cref="StoreException">The server cannot be reached, or what is read is damaged.</exception>
    public Task<T> ReadAsync<T>(Func<PostgresTransaction, Task<T>> read, CancellationToken cancellationToken) =>
        GuardedAsync(() => RetriedAsync(
            async () =>
            {
                var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
                await using (connection.ConfigureAwait(false))
                {
                    var transaction = await connection.BeginTransactionAsync(
                        System.Data.IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
                    await using (transaction.ConfigureAwait(false))
                    {
                        return await read(new PostgresTransaction(connection, transaction)).ConfigureAwait(false);
                    }
                }
            },
            cancellationToken));

    /// <summary>Writes, in one transaction in which each statement sees what was committed before it. It is undone if the
    /// work throws.</summary>
    /// <param name="write">Called once.</param>
    /// <param name="cancellationToken">Stops it until it is committed.</param>
    /// <exception cref="StoreException">The server cannot be reached, has no room, lets nobody write or is in use for too
    /// long. Nothing was written, unless the message says that this is not known.</exception>
    public Task<T> WriteAsync<T>(Func<PostgresTransaction, Task<T>> write, CancellationToken cancellationToken) =>
        GuardedAsync(async () =>
        {
            var (connection, transaction, number) = await RetriedAsync(
                () => BeginAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                await using (transaction.ConfigureAwait(false))
                {
                    var result = await write(new PostgresTransaction(connection, transaction)).ConfigureAwait(false);
                    cancellationToken.ThrowIfCancellationRequested();
                    try
                    {
                        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
                    }
                    catch (Exception exception) when (
                        exception is not PostgresException || PostgresFailure.IsConnectionLost(exception))
                    {
                        // Everything else that the server answers is that it did not commit.
                        await RequireCommittedAsync(number, exception).ConfigureAwait(false);
                    }

                    return result;
                }
            }
        });

    public void Dispose() => _source.Dispose();

    /// <summary>Every type that is used here is one that each server has: it need not be asked for its own.</summary>
    private static NpgsqlDataSource Source(NpgsqlConnectionStringBuilder settings) =>
        new NpgsqlSlimDataSourceBuilder(settings.ConnectionString)
            .ConfigureTypeLoading(types => types.EnableTypeLoading(false))
            .EnableTransportSecurity()
            .Build();

    private async Task<(NpgsqlConnection Connection, NpgsqlTransaction Transaction, string Number)> BeginAsync(
        CancellationToken cancellationToken)
    {
        var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            var wait = ((long)_busyTimeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
            var number = await new PostgresTransaction(connection, transaction).ScalarAsync(
                BeginWriting, [PostgresValues.Text(wait), PostgresValues.Text(LongestPause)], cancellationToken)
                .ConfigureAwait(false);
            return (connection, transaction, (string?)number ?? throw new StoreException(
                StoreProblem.NotPermitted, $"store {Location} cannot be written: the server is a standby"));
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Tries again what failed for a lost connection, on a new one.</summary>
    private async Task<T> RetriedAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        foreach (var pause in Pauses)
        {
            try
            {
                return await work().ConfigureAwait(false);
            }
            catch (Exception exception) when (PostgresFailure.IsConnectionLost(exception))
            {
                // What lies in the pool was most likely lost with it.
                _source.Clear();
                await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
            }
        }

        return await work().ConfigureAwait(false);
    }

    /// <summary>Asks on another connection how a transaction ended.</summary>
    private async Task RequireCommittedAsync(string number, Exception lost)
    {
        var started = TimeProvider.System.GetTimestamp();
        Exception last = lost;
        do
        {
            try
            {
                _source.Clear();
                var connection = await _source.OpenConnectionAsync(CancellationToken.None).ConfigureAwait(false);
                await using (connection.ConfigureAwait(false))
                {
                    switch (await new PostgresTransaction(connection, null).ScalarAsync(
                        "SELECT pg_xact_status($1::xid8)", [PostgresValues.Text(number)], CancellationToken.None)
                        .ConfigureAwait(false))
                    {
                        case "committed":
                            return;
                        case "aborted":
                            throw PostgresFailure.Explain(Location, lost);
                        default:
                            break;
                    }
                }
            }
            catch (Exception exception) when (exception is NpgsqlException or IOException
                or System.Net.Sockets.SocketException or TimeoutException)
            {
                last = exception;
            }

            await Task.Delay(TimeSpan.FromSeconds(0.1)).ConfigureAwait(false);
        }
        while (TimeProvider.System.GetElapsedTime(started) < _busyTimeout);

        throw new StoreException(
            StoreProblem.Failed,
            $"store {Location}: the connection was lost while a change was committed, and the server cannot be asked " +
            "whether it was: look into the store before trying again",
            last);
    }

    private async Task<T> GuardedAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or System.Net.Sockets.SocketException
            or TimeoutException)
        {
            throw PostgresFailure.Explain(Location, exception);
        }
    }
}
