using System.Globalization;
using Npgsql;

namespace Speaker.Postgres;

/// <summary>Hears from the server by whom a speaker was changed, over a connection of its own that opens when somebody
/// first asks.</summary>
#pragma warning disable CA2213 // neither has anything to release: nobody asks for a wait handle, nor for a time limit
internal sealed class PostgresHearing(PostgresConnections connections, string channel) : IDisposable
#pragma warning restore CA2213
{
    private readonly SemaphoreSlim _opening = new(1);
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _lock = new();
    private readonly List<PostgresChanges> _listeners = [];
    private Task? _hearing;
    private int _connection;

    /// <summary>What is heard from now on is told to another.</summary>
    public PostgresChanges Listen()
    {
        var listener = new PostgresChanges();
        lock (_lock)
        {
            _listeners.Add(listener);
        }

        return listener;
    }

    /// <summary>Sees to it that changes are heard.</summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The number of the connection. What changed before this one was there was not heard: read everything when it
    /// is another one than the last time.</returns>
    /// <exception cref="StoreException">The server cannot be reached.</exception>
    public async Task<int> EnsureAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_hearing is not { IsCompleted: false })
            {
                var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
                _hearing = Task.Run(() => HearAsync(connection), CancellationToken.None);
                _connection++;
            }

            return _connection;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>A speaker was changed by this process.</summary>
    public void Tell(long id) => Tell(listener => listener.Add(id));

    /// <summary>More was changed than is worth naming.</summary>
    public void TellMuch() => Tell(listener => listener.AddMuch());

    /// <summary>More than once, too: a container that gives out one store as two services disposes it twice.</summary>
    public void Dispose()
    {
        _end.Cancel();
        // It ends at once, and takes its connection along.
        _hearing?.Wait(TimeSpan.FromSeconds(1));
    }

    private void Tell(Action<PostgresChanges> tell)
    {
        lock (_lock)
        {
            _listeners.ForEach(tell);
        }
    }

    /// <summary>Begins to hear.</summary>
    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await connections.OpenAloneAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            connection.Notification += (_, notification) =>
            {
                if (long.TryParse(notification.Payload, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                {
                    Tell(id);
                }
                else
                {
                    TellMuch();
                }
            };
            await new PostgresTransaction(connection, null).ExecuteAsync(
                "LISTEN " + channel, [], cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Hears until the connection is lost; the next reading begins anew.</summary>
    private async Task HearAsync(NpgsqlConnection connection)
    {
        await using (connection.ConfigureAwait(false))
        {
            try
            {
                while (true)
                {
                    await connection.WaitAsync(_end.Token).ConfigureAwait(false);
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or NpgsqlException or IOException
                or System.Net.Sockets.SocketException or InvalidOperationException)
            {
                // Lost, or no longer needed.
            }
        }
    }
}
