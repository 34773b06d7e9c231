using System.Globalization;
using Npgsql;

namespace Speaker.Postgres;

/// <summary>
/// Everybody in memory, kept in step with the server: it tells by whom a speaker was changed, and the next reading fetches
/// those speakers. If the connection that hears it is lost, everybody is read again.
/// </summary>
#pragma warning disable CA2213 // neither has anything to release: nobody asks for a wait handle, nor for a time limit
internal sealed class PostgresGallery(
    PostgresConnections connections, PostgresUtterances utterances, string channel) : IDisposable
#pragma warning restore CA2213
{
    private readonly SemaphoreSlim _reading = new(1);
    private readonly Lock _changes = new();
    private readonly CancellationTokenSource _end = new();
    private readonly HashSet<long> _changed = [];
    private bool _hasMuchChanged;
    private Task? _hearing;
    private Dictionary<long, KeptVoice>? _speakers;
    private IReadOnlyDictionary<string, IReadOnlyList<StoredUtterance>>? _shown;
    private string? _modelHash;

    /// <summary>A speaker and what it has.</summary>
    /// <param name="Name">In form C of Unicode.</param>
    /// <param name="Utterances">In the order of their enrolment.</param>
    internal sealed record KeptVoice(string Name, List<StoredUtterance> Utterances);

    /// <summary>A speaker was changed, or is new, or was removed.</summary>
    public void Changed(long id)
    {
        lock (_changes)
        {
            _changed.Add(id);
        }
    }

    /// <summary>More was changed than is worth naming.</summary>
    public void ChangedMuch()
    {
        lock (_changes)
        {
            _hasMuchChanged = true;
        }
    }

    /// <summary>Everybody, with every change that was heard of so far.</summary>
    /// <param name="check">Whether the store is of the model in use, in the transaction that reads.</param>
    /// <param name="modelHash">That model.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="StoreException">The server cannot be reached, or what is read is damaged.</exception>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<StoredUtterance>>> GetAsync(
        Func<PostgresTransaction, Task> check, string modelHash, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_hearing is not { IsCompleted: false })
            {
                // From here on changes are heard of; what came before is in what is read next.
                var connection = await HearAsync(cancellationToken).ConfigureAwait(false);
                _hearing = Task.Run(() => HearAsync(connection), CancellationToken.None);
                _speakers = null;
            }

            var (changed, isAll) = TakeChanges();
            if (_speakers is null || isAll || modelHash != _modelHash)
            {
                _speakers = null;
                _speakers = await ReadSomeAsync(null).ConfigureAwait(false);
                _shown = null;
            }
            else if (changed.Count > 0)
            {
                try
                {
                    Replace(_speakers, changed, await ReadSomeAsync(changed).ConfigureAwait(false));
                }
                catch
                {
                    // They are no longer among the changes.
                    _speakers = null;
                    throw;
                }

                _shown = null;
            }

            _modelHash = modelHash;
            return _shown ??= ByName(_speakers.Values);
        }
        finally
        {
            _reading.Release();
        }

        Task<Dictionary<long, KeptVoice>> ReadSomeAsync(IReadOnlyCollection<long>? ids) => connections.ReadAsync(
            async transaction =>
            {
                await check(transaction).ConfigureAwait(false);
                return await ReadAsync(transaction, ids, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken);
    }

    /// <summary>The utterances of speakers by the speakers' ids.</summary>
    /// <param name="transaction">Reads.</param>
    /// <param name="ids">Null: everybody.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<Dictionary<long, KeptVoice>> ReadAsync(
        PostgresTransaction transaction, IReadOnlyCollection<long>? ids, CancellationToken cancellationToken)
    {
        var speakers = new Dictionary<long, KeptVoice>();
        foreach (var row in ids is null
            ? await utterances.ReadAsync(transaction, "ORDER BY u.id", [], cancellationToken).ConfigureAwait(false)
            : await utterances.ReadAsync(
                transaction, "WHERE s.id = ANY (string_to_array($1, ',')::bigint[]) ORDER BY u.id",
                [PostgresValues.Text(string.Join(
                    ',', ids.Select(id => id.ToString(CultureInfo.InvariantCulture))))],
                cancellationToken).ConfigureAwait(false))
        {
            if (!speakers.TryGetValue(row.Speaker, out var speaker))
            {
                speakers.Add(row.Speaker, speaker = new KeptVoice(row.Name, []));
            }

            speaker.Utterances.Add(row.Kept.Utterance with { Note = null });
        }

        return speakers;
    }

    public static IReadOnlyDictionary<string, IReadOnlyList<StoredUtterance>> ByName(IEnumerable<KeptVoice> speakers) =>
        speakers.ToDictionary(
            speaker => speaker.Name, IReadOnlyList<StoredUtterance> (speaker) => speaker.Utterances,
            StringComparer.Ordinal);

    /// <summary>More than once, too: a container that gives out one store as two services disposes it twice.</summary>
    public void Dispose()
    {
        _end.Cancel();
        // It ends at once, and takes its connection along.
        _hearing?.Wait(TimeSpan.FromSeconds(1));
    }

    private static void Replace(
        Dictionary<long, KeptVoice> speakers, HashSet<long> changed, Dictionary<long, KeptVoice> read)
    {
        foreach (var id in changed)
        {
            if (read.TryGetValue(id, out var speaker))
            {
                speakers[id] = speaker;
            }
            else
            {
                speakers.Remove(id);
            }
        }
    }

    private (HashSet<long> Changed, bool IsAll) TakeChanges()
    {
        lock (_changes)
        {
            var taken = (new HashSet<long>(_changed), _hasMuchChanged);
            _changed.Clear();
            _hasMuchChanged = false;
            return taken;
        }
    }

    /// <summary>Begins to hear.</summary>
    private async Task<NpgsqlConnection> HearAsync(CancellationToken cancellationToken)
    {
        var connection = await connections.OpenAloneAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            connection.Notification += (_, notification) =>
            {
                if (long.TryParse(notification.Payload, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                {
                    Changed(id);
                }
                else
                {
                    ChangedMuch();
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
