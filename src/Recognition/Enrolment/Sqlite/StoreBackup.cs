using Microsoft.Data.Sqlite;
using Speaker.Enrolment.Audit;

namespace Speaker.Enrolment.Sqlite;

/// <summary>Copies of a whole store in one file, which is a store itself. Whoever else uses the store waits a moment
/// and loses nothing.</summary>
/// <remarks>Recordings that are kept beside the store are not in it.</remarks>
internal static class StoreBackup
{
    /// <summary>Writes what a store holds at one moment into a new file that only its owner may read (mode
    /// 0600).</summary>
    /// <param name="store">Writers wait for the end of the copy.</param>
    /// <param name="path">The file: whole on the disk when this returns, and otherwise not there.</param>
    /// <exception cref="StoreException">The store cannot be read, or the file cannot be written.</exception>
    /// <exception cref="IOException">There is a file of that name.</exception>
    public static void Write(VoiceprintDatabase store, string path)
    {
        var full = Path.GetFullPath(path);
        var temporary = $"{full}.{Environment.ProcessId}.partial";
        StoreFile.CreatePrivate(temporary);
        try
        {
            store.CopyTo(temporary);
            using (var file = new FileStream(temporary, FileMode.Open, FileAccess.ReadWrite))
            {
                // SQLite leaves that to the system, as nothing is lost yet if the copy is.
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: false);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Replaces everything in a store by what a backup holds, in one transaction: a process that dies in the
    /// middle leaves the store as it was. The audit log is not taken back: the store's own goes on, and where it has none the
    /// backup's does.</summary>
    /// <param name="store">Is waited for until nobody writes it.</param>
    /// <param name="path">The backup; it is not changed.</param>
    /// <param name="modelHash">The model in use.</param>
    /// <exception cref="StoreException">The file is no store, damaged, of another model or of a newer version; or the
    /// store is damaged, in use for too long or cannot be written. Nothing was replaced.</exception>
    public static void Restore(VoiceprintDatabase store, string path, string modelHash)
    {
        using var backup = VoiceprintDatabase.OpenBackup(path);
        if (backup.IntegrityCheck() is not "ok" and var damage)
        {
            throw new StoreException(
                StoreProblem.Damaged, $"{path} is damaged ({damage}): nothing was restored; use another backup");
        }

        backup.RequireModel(modelHash);
        store.InTransaction(writes: true, transaction => backup.InTransaction(writes: false, source =>
        {
            var hasLog = AuditTable.Read(store, transaction, 0, 1).Count > 0;
            store.Execute(transaction, "DELETE FROM speaker");
            foreach (var table in StoreSchema.DataTables)
            {
                TableCopy.Run(backup, source, store, transaction, table);
            }

            RequireToOpen(store, transaction, path);
            if (!hasLog)
            {
                TableCopy.Run(backup, source, store, transaction, StoreSchema.AuditTable);
            }

            // A backup of an earlier version has none.
            store.Execute(
                transaction, "UPDATE speaker SET subject = lower(hex(randomblob(16))) WHERE subject IS NULL");
            AuditTable.Append(
                store, transaction, AuditAction.Restore, null, $"utterances={UtteranceTable.Count(store, transaction)}");
            return store.ToBeCleaned(transaction);
        }));
        store.Clean();
    }

    /// <summary>What was sealed for another tenant or speaker opens nowhere else. A key that is not at hand may come
    /// later.</summary>
    private static void RequireToOpen(VoiceprintDatabase store, SqliteTransaction transaction, string path)
    {
        try
        {
            UtteranceTable.All(store, transaction);
        }
        catch (StoreException exception) when (exception.Problem == StoreProblem.Damaged)
        {
            throw new StoreException(
                StoreProblem.Damaged,
                $"{path} has voiceprints that do not open in this store, as those of another tenant do not: nothing was " +
                "restored; use a backup of this store",
                exception);
        }
        catch (StoreException exception) when (exception.Problem == StoreProblem.KeyMissing)
        {
        }
    }
}
