using Speaker.Search;

namespace Speaker.Postgres;

/// <summary>
/// What changes in a database: the server tells by whom, and an update reads those speakers. Of everybody only the names
/// are kept here. If the connection that hears it is lost, everybody is read again.
/// </summary>
/// <param name="isThere">Whether there is a store yet.</param>
/// <param name="check">Whether it is of the model in use, in the transaction that reads.</param>
internal sealed class PostgresGalleryFeed(
    PostgresConnections connections,
    PostgresUtterances utterances,
    PostgresHearing hearing,
    Func<CancellationToken, Task<bool>> isThere,
    Func<PostgresTransaction, string, CancellationToken, Task> check) : IGalleryFeed
{
    private readonly PostgresChanges _changes = hearing.Listen();
    private int? _connection;
    private Dictionary<long, string>? _names;

    public async Task UpdateAsync(string modelHash, IGalleryFollower follower, CancellationToken cancellationToken)
    {
        if (!await isThere(cancellationToken).ConfigureAwait(false))
        {
            _names = null;
            follower.Clear();
            return;
        }

        // Who asks once, as most verbs do, need not hear of changes.
        var connection = _connection is null
            ? 0
            : await hearing.EnsureAsync(cancellationToken).ConfigureAwait(false);
        if (connection != _connection)
        {
            _names = null;
        }

        var (changed, isMuch) = _changes.Take();
        if (_names is not null && !isMuch && changed.Count == 0)
        {
            return;
        }

        var ids = _names is null || isMuch ? null : changed;
        var names = _names;
        // What was taken is no longer among the changes: unless all goes well, everybody is read next.
        _names = null;
        var read = await connections.ReadAsync(
            async transaction =>
            {
                await check(transaction, modelHash, cancellationToken).ConfigureAwait(false);
                return await PostgresGallery.ReadAsync(utterances, transaction, ids, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
        if (ids is null)
        {
            follower.Clear();
            names = [];
        }

        Tell(follower, ids ?? [], read, names!);
        (_connection, _names) = (connection, names);
    }

    private static void Tell(
        IGalleryFollower follower,
        IReadOnlyCollection<long> changed,
        Dictionary<long, PostgresGallery.KeptVoice> read,
        Dictionary<long, string> names)
    {
        // First all former names: one may be somebody else's by now.
        foreach (var id in changed)
        {
            if (names.Remove(id, out var former))
            {
                follower.Remove(former);
            }
        }

        foreach (var (id, speaker) in read)
        {
            names[id] = speaker.Name;
            follower.Put(speaker.Name, speaker.Utterances);
        }
    }
}
