namespace Speaker.Enrolment.Sqlite;

/// <summary>The folder where backups of a store are kept: what is removed from the store is removed from them.</summary>
/// <param name="path">The folder.</param>
/// <param name="busyTimeout">Longest wait for another process that uses a backup.</param>
/// <param name="time">What says when something was removed.</param>
internal sealed class BackupFolder(string path, TimeSpan busyTimeout, TimeProvider time)
{
    /// <summary>Removes a speaker from every backup, also under a former name.</summary>
    /// <param name="store">Knows who it is; the speaker is removed from it afterwards, so that a process that dies in between
    /// can begin again.</param>
    /// <param name="name">The speaker.</param>
    /// <exception cref="StoreException">A backup is damaged, in use for too long or cannot be written.</exception>
    public void Remove(VoiceprintDatabase store, string name)
    {
        var subjects = store.InTransaction(
            writes: false, transaction => StoredName.Find(store, transaction, name)
                .Select(id => SpeakerTable.SubjectOf(store, transaction, id)).ToArray());
        foreach (var backup in Backups())
        {
            using (backup)
            {
                var names = backup.InTransaction(
                    writes: false, transaction => subjects
                        .Select(subject => SpeakerTable.NameOf(backup, transaction, subject)).OfType<string>().ToArray());
                foreach (var each in names.Append(name))
                {
                    StoreEditor.Remove(backup, each);
                }
            }
        }
    }

    /// <summary>Removes from every backup what was enrolled before a moment.</summary>
    /// <exception cref="StoreException">As <see cref="Remove"/>.</exception>
    public void Expire(DateTimeOffset before)
    {
        foreach (var backup in Backups())
        {
            using (backup)
            {
                Expiry.Remove(backup, before);
            }
        }
    }

    private IEnumerable<VoiceprintDatabase> Backups()
    {
        if (!Directory.Exists(path))
        {
            yield break;
        }

        foreach (var file in Directory.EnumerateFiles(path))
        {
            if (StoreSchema.IsStore(file))
            {
                var backup = VoiceprintDatabase.Open(file, busyTimeout, time);
                backup.CleanIfLeft();
                yield return backup;
            }
        }
    }
}
