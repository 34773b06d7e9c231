namespace Speaker.Postgres;

/// <summary>
/// Everybody's utterances in memory, kept in step with the server: it tells by whom a speaker was changed, and the next
/// reading fetches those speakers. If the connection that hears it is lost, everybody is read again.
/// </summary>
#pragma warning disable CA1001 // the semaphore has nothing to release: nobody asks for its wait handle
internal sealed class PostgresGallery(
    PostgresConnections connections, PostgresUtterances utterances, PostgresHearing hearing)
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _reading = new(1);
    private readonly PostgresChanges _changes = hearing.Listen();
    private int _connection;
    private Dictionary<long, KeptVoice>? _speakers;
    private IReadOnlyDictionary<string, IReadOnlyList<StoredUtterance>>? _shown;
    private string? _modelHash;

    /// <summary>A speaker and what it has.</summary>
    /// <param name="Name">In form C of Unicode.</param>
    /// <param name="Utterances">In the order of their enrolment.</param>
    internal sealed record KeptVoice(string Name, List<StoredUtterance> Utterances);

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
            // From here on changes are heard of; what came before is in what is read next.
            var connection = await hearing.EnsureAsync(cancellationToken).ConfigureAwait(false);
            if (connection != _connection)
            {
                (_connection, _speakers) = (connection, null);
            }

            var (changed, isAll) = _changes.Take();
            if (_speakers is null || isAll || modelHash != _modelHash)
            {
                _speakers = null;
                _speakers = await ReadAsync(null).ConfigureAwait(false);
                _shown = null;
            }
            else if (changed.Count > 0)
            {
                try
                {
                    Replace(_speakers, changed, await ReadAsync(changed).ConfigureAwait(false));
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

        Task<Dictionary<long, KeptVoice>> ReadAsync(IReadOnlyCollection<long>? ids) => connections.ReadAsync(
            async transaction =>
            {
                await check(transaction).ConfigureAwait(false);
                return await PostgresGallery.ReadAsync(utterances, transaction, ids, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken);
    }

    /// <summary>The utterances of speakers by the speakers' ids.</summary>
    /// <param name="utterances">Opens them.</param>
    /// <param name="transaction">Reads.</param>
    /// <param name="ids">Null: everybody.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<Dictionary<long, KeptVoice>> ReadAsync(
        PostgresUtterances utterances,
        PostgresTransaction transaction,
        IReadOnlyCollection<long>? ids,
        CancellationToken cancellationToken)
    {
        var speakers = new Dictionary<long, KeptVoice>();
        foreach (var row in ids is null
            ? await utterances.ReadAsync(transaction, "ORDER BY u.id", [], cancellationToken).ConfigureAwait(false)
            : await utterances.ReadAsync(
                transaction, $"WHERE s.id = {PostgresValues.AnyOf} ORDER BY u.id", [PostgresValues.Numbers(ids)],
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

    private static void Replace(
        Dictionary<long, KeptVoice> speakers, IReadOnlyCollection<long> changed, Dictionary<long, KeptVoice> read)
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
}
