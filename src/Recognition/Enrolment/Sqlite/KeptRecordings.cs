using Microsoft.Data.Sqlite;
using Speaker.Audio.Files;

namespace Speaker.Enrolment.Sqlite;

/// <summary>
/// The recordings behind utterances, where <see cref="StoreOptions.KeepRecordings"/> is on: files in a folder beside the
/// store that its owner alone may read (mode 0700), and a table of their own that says whose they are. Where an utterance
/// goes, its recording goes too.
/// </summary>
/// <remarks>
/// A file has its name before the transaction that speaks of it is committed, and is deleted only after one that no longer
/// does. So a process that dies at any moment leaves a file too many, never one too few; <see cref="Sweep"/> takes those
/// away.
/// </remarks>
internal static class KeptRecordings
{
    /// <summary>The folder of a store, whether it exists or not.</summary>
    public static string FolderOf(string storePath) => storePath + ".recordings";

    /// <summary>Begins to copy recordings that may be enrolled.</summary>
    /// <exception cref="IOException">There is no such folder, and none can be made.</exception>
    public static SoundCopies Begin(string storePath)
    {
        var folder = FolderOf(Path.GetFullPath(storePath));
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
                Directory.CreateDirectory(folder, Owner);
                if (File.GetUnixFileMode(folder) != Owner)
                {
                    File.SetUnixFileMode(folder, Owner);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"recordings cannot be kept in {folder}: {exception.Message}", exception);
        }

        return new SoundCopies(() => SoundFileCopy.Begin(folder));
    }

    /// <summary>Gives an utterance its recording; the caller keeps the file once the transaction is committed.</summary>
    /// <exception cref="IOException">The file cannot be completed.</exception>
    public static void Add(VoiceprintDatabase store, SqliteTransaction transaction, long utterance, SoundFileCopy copy)
    {
        var name = $"{Guid.NewGuid():N}{SoundFileCopy.Ending}";
        copy.Complete(name);
        using var insert = store.Command(
            transaction, "INSERT INTO recording (utterance_id, file) VALUES ($utterance, $file)",
            ("$utterance", utterance), ("$file", name));
        insert.ExecuteNonQuery();
    }

    /// <summary>The kept recordings by the utterances that they are of: paths.</summary>
    public static IReadOnlyDictionary<long, string> Read(VoiceprintDatabase store, SqliteTransaction transaction)
    {
        var found = new Dictionary<long, string>();
        using var command = store.Command(transaction, "SELECT utterance_id, file FROM recording");
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            found.Add(reader.GetInt64(0), Path.Combine(FolderOf(store.Path), reader.GetString(1)));
        }

        return found;
    }

    /// <summary>Of a recording that two speakers have, only one utterance stays when they become one: it gets the file of
    /// the other where it has none.</summary>
    /// <param name="store">Holds both.</param>
    /// <param name="transaction">Of the writer.</param>
    /// <param name="from">The utterance that goes.</param>
    /// <param name="to">The one that stays.</param>
    public static void PassOn(VoiceprintDatabase store, SqliteTransaction transaction, long from, long to) =>
        store.Execute(
            transaction, "UPDATE OR IGNORE recording SET utterance_id = $to WHERE utterance_id = $from",
            ("$to", to), ("$from", from));

    /// <summary>Deletes the files that no utterance has: of removed ones, and of processes that died.</summary>
    /// <exception cref="StoreException">One cannot be deleted.</exception>
    public static void Sweep(VoiceprintDatabase store)
    {
        var folder = FolderOf(store.Path);
        if (!Directory.Exists(folder))
        {
            return;
        }

        // With the write lock: nobody is between naming a file and committing what speaks of it.
        store.InTransaction(writes: true, transaction =>
        {
            var kept = Read(store, transaction).Values.Select(Path.GetFileName).ToHashSet(StringComparer.Ordinal);
            var now = store.Now.UtcDateTime;
            foreach (var path in Directory.EnumerateFiles(folder, "*" + SoundFileCopy.Ending))
            {
                var name = Path.GetFileName(path);
                if (IsOurs(name)
                    ? !kept.Contains(name)
                    : name.StartsWith(SoundFileCopy.Prefix, StringComparison.Ordinal)
                        && SoundFileCopy.IsAbandoned(path, now))
                {
                    Delete(path);
                }
            }

            return true;
        });
    }

    /// <summary>Whether a file is called as <see cref="Add"/> calls them; others are left alone.</summary>
    private static bool IsOurs(string name) =>
        Guid.TryParseExact(name.AsSpan(0, name.Length - SoundFileCopy.Ending.Length), "N", out _);

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                StoreProblem.NotPermitted,
                $"what was removed is out of the store, but its recording {path} cannot be deleted: {exception.Message}",
                exception);
        }
    }
}
