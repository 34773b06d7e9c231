using Microsoft.Data.Sqlite;
using Speaker.Audio.Files.Opening;
using Speaker.Search;

namespace Speaker.Enrolment.Sqlite;

/// <summary>
/// What changes in an SQLite store. One connection stays open: SQLite tells it whether any other one has committed since
/// (data_version), which takes microseconds. From the second change on <see cref="SpeakerMarks"/> say who was changed, and
/// only those are read again; who asks once need not make marks.
/// </summary>
internal sealed class SqliteGalleryFeed(SqliteVoiceprintStore store) : IGalleryFeed
{
    /// <summary>Where a larger share of the speakers than one of so many was changed, reading everybody takes less
    /// time.</summary>
    private const int WholeShare = 4;

    private VoiceprintDatabase? _database;
    private FileIdentity? _file;
    private long? _version;
    private Dictionary<string, ulong>? _marks;

    public Task UpdateAsync(string modelHash, IGalleryFollower follower, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            try
            {
                Update(modelHash, follower, cancellationToken);
            }
            catch
            {
                Close();
                throw;
            }
        },
        cancellationToken);

    private void Update(string modelHash, IGalleryFollower follower, CancellationToken cancellationToken)
    {
        var file = OperatingSystem.IsWindows() ? null : UnixFile.IdentityOf(store.Path);
        if (_database is not null && file != _file)
        {
            // Another file has come in its place, or none.
            Close();
        }

        if (_database is null)
        {
            _database = store.OpenExisting();
            _file = file;
            if (_database is null)
            {
                follower.Clear();
                return;
            }
        }

        // Asked for first: what changes from here on is seen by the next update.
        var version = _database.DataVersion();
        if (version == _version)
        {
            return;
        }

        _database.InTransaction(writes: false, transaction =>
        {
            _database.RequireModel(modelHash, transaction);
            ReadChanges(_database, transaction, follower, cancellationToken);
            return true;
        });
        _version = version;
    }

    private void ReadChanges(
        VoiceprintDatabase database,
        SqliteTransaction transaction,
        IGalleryFollower follower,
        CancellationToken cancellationToken)
    {
        var marks = _version is null ? null : SpeakerMarks.Of(database, transaction);
        var changed = _marks is not null && marks is not null
            ? marks.Where(mark => !_marks.TryGetValue(mark.Key, out var before) || before != mark.Value)
                .Select(mark => mark.Key).ToArray()
            : null;
        if (changed is null || changed.Length > marks!.Count / WholeShare)
        {
            follower.Clear();
            foreach (var (speaker, utterances) in UtteranceTable.All(database, transaction))
            {
                cancellationToken.ThrowIfCancellationRequested();
                follower.Put(speaker, utterances);
            }
        }
        else
        {
            foreach (var speaker in _marks!.Keys.Where(speaker => !marks.ContainsKey(speaker)))
            {
                follower.Remove(speaker);
            }

            foreach (var speaker in changed)
            {
                cancellationToken.ThrowIfCancellationRequested();
                follower.Put(speaker, database.Utterances(speaker, transaction));
            }
        }

        _marks = marks;
    }

    private void Close()
    {
        _database?.Dispose();
        (_database, _version, _marks) = (null, null, null);
    }
}
