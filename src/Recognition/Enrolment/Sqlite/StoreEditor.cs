using Microsoft.Data.Sqlite;
using Speaker.Enrolment.Audit;

namespace Speaker.Enrolment.Sqlite;

/// <summary>
/// Whole speakers out of a store and into one, and changes that enrol nothing: each is one transaction. What is removed
/// or renamed leaves no byte in the file, see <see cref="VoiceprintDatabase.Clean"/>.
/// </summary>
internal static class StoreEditor
{
    /// <summary>One speaker; null where there is none of that name.</summary>
    /// <exception cref="StoreException">The store is of another model, damaged or cannot be read.</exception>
    public static KeptSpeaker? Read(VoiceprintDatabase store, string name, string modelHash)
    {
        store.RequireModel(modelHash);
        return store.InTransaction(writes: false, transaction => SpeakerTable.Read(store, transaction, name));
    }

    /// <summary>Everybody, by name, as they are at one moment.</summary>
    /// <exception cref="StoreException">As <see cref="Read"/>.</exception>
    public static IReadOnlyList<KeptSpeaker> ReadAll(VoiceprintDatabase store, string modelHash)
    {
        store.RequireModel(modelHash);
        return store.InTransaction(
            writes: false,
            transaction => SpeakerTable.Names(store, transaction)
                .Select(name => SpeakerTable.Read(store, transaction, name)!).ToArray());
    }

    /// <summary>Removes a speaker and every utterance.</summary>
    /// <returns>False if there was no such speaker.</returns>
    public static bool Remove(VoiceprintDatabase store, string name)
    {
        var known = store.InTransaction(writes: true, transaction =>
        {
            var ids = StoredName.Find(store, transaction, name);
            foreach (var id in ids)
            {
                AuditTable.Append(
                    store, transaction, AuditAction.Remove, SpeakerTable.SubjectOf(store, transaction, id), "");
                SpeakerTable.Remove(store, transaction, id);
            }

            return ids.Length > 0;
        });
        if (known)
        {
            store.Clean();
        }

        return known;
    }

    /// <summary>Removes one utterance; the speaker goes with the last one.</summary>
    /// <returns>How many the speaker has left; null where the speaker has no such utterance, and nothing was
    /// removed.</returns>
    public static int? RemoveUtterance(VoiceprintDatabase store, string name, long id)
    {
        var left = store.InTransaction<int?>(writes: true, transaction =>
        {
            StoredName.Adopt(store, transaction, name);
            if (StoredName.Find(store, transaction, name) is not [var speaker]
                || store.Execute(
                    transaction, "DELETE FROM utterance WHERE id = $id AND speaker_id = $speaker",
                    ("$id", id), ("$speaker", speaker)) == 0)
            {
                return null;
            }

            var others = (int)UtteranceTable.Count(store, transaction, speaker);
            AuditTable.Append(
                store, transaction, AuditAction.RemoveUtterance, SpeakerTable.SubjectOf(store, transaction, speaker),
                $"utterance={id} left={others}");
            if (others == 0)
            {
                SpeakerTable.Remove(store, transaction, speaker);
            }

            store.ToBeCleaned(transaction);
            return others;
        });
        if (left is not null)
        {
            store.Clean();
        }

        return left;
    }

    /// <summary>Gives a speaker another name, which nobody has.</summary>
    /// <returns>False where there is no such speaker.</returns>
    /// <exception cref="ArgumentException">The new name is none, or somebody else's.</exception>
    public static bool Rename(VoiceprintDatabase store, string name, string newName)
    {
        newName = SpeakerName.Checked(newName);
        var known = store.InTransaction(writes: true, transaction =>
        {
            StoredName.Adopt(store, transaction, name);
            if (StoredName.Find(store, transaction, name) is not [var id])
            {
                return false;
            }

            if (StoredName.Find(store, transaction, newName).Any(other => other != id))
            {
                throw new ArgumentException(
                    $"'{newName}' is enrolled already: 'speaker merge {name} {newName}' makes the two one speaker");
            }

            UtteranceTable.SealFor(store, transaction, id, newName);
            store.Execute(transaction, "UPDATE speaker SET name = $name WHERE id = $id", ("$name", newName), ("$id", id));
            AuditTable.Append(
                store, transaction, AuditAction.Rename, SpeakerTable.SubjectOf(store, transaction, id), "");
            return store.ToBeCleaned(transaction);
        });
        if (known)
        {
            store.Clean();
        }

        return known;
    }

    /// <summary>Gives one speaker's utterances to another and removes the first. A recording that both have stays once;
    /// a noted consent of the first is taken over where the other has none.</summary>
    /// <param name="store">Holds both.</param>
    /// <param name="name">Whose utterances are given away.</param>
    /// <param name="into">Who gets them.</param>
    /// <returns>False where one of them is unknown; nothing was changed.</returns>
    public static bool Merge(VoiceprintDatabase store, string name, string into)
    {
        var known = store.InTransaction(writes: true, transaction =>
        {
            StoredName.Adopt(store, transaction, name);
            StoredName.Adopt(store, transaction, into);
            if (StoredName.Find(store, transaction, name) is not [var from]
                || StoredName.Find(store, transaction, into) is not [var to] || from == to)
            {
                return false;
            }

            foreach (var (givers, others) in UtteranceTable.Give(store, transaction, from, to, into))
            {
                KeptRecordings.PassOn(store, transaction, givers, others);
            }

            store.Execute(transaction, """
                UPDATE speaker SET consent = other.consent, consent_at = other.consent_at
                FROM speaker AS other
                WHERE speaker.id = $to AND other.id = $from AND speaker.consent IS NULL
                """, ("$to", to), ("$from", from));
            AuditTable.Append(
                store, transaction, AuditAction.Merge, SpeakerTable.SubjectOf(store, transaction, to),
                $"from={SpeakerTable.SubjectOf(store, transaction, from)}");
            SpeakerTable.Remove(store, transaction, from);
            return true;
        });
        if (known)
        {
            store.Clean();
        }

        return known;
    }

    /// <summary>Adds speakers as another store kept them, all of them or none. Utterances that are there already are
    /// passed over.</summary>
    /// <param name="store">Where to.</param>
    /// <param name="speakers">Their names are checked.</param>
    /// <param name="modelHash">The model that made the embeddings.</param>
    /// <returns>How many utterances were added.</returns>
    /// <exception cref="StoreException">The store is of another model, full or cannot be written.</exception>
    public static int Import(VoiceprintDatabase store, IReadOnlyList<KeptSpeaker> speakers, string modelHash)
    {
        store.RequireModel(modelHash);
        return store.InTransaction(
            writes: true, transaction => speakers.Sum(speaker => Import(store, transaction, speaker, modelHash)));
    }

    private static int Import(
        VoiceprintDatabase store, SqliteTransaction transaction, KeptSpeaker speaker, string modelHash)
    {
        var name = SpeakerName.Checked(speaker.Name);
        StoredName.Adopt(store, transaction, name);
        var entry = SpeakerTable.Upsert(
            store, transaction, name, speaker.EnrolledAt, speaker.Consent, speaker.ConsentAt, replacesConsent: false);
        var has = UtteranceTable.Of(store, transaction, [entry.Id]).ConvertAll(kept => kept.Utterance);
        var before = has.Count;
        foreach (var (_, utterance, addedAt) in speaker.Utterances)
        {
            if (!has.Exists(other => UtteranceTable.IsSame(other, utterance)))
            {
                UtteranceTable.Add(store, transaction, entry.Id, name, modelHash, utterance, addedAt);
                has.Add(utterance);
            }
        }

        var added = has.Count - before;
        AuditTable.Append(store, transaction, AuditAction.Import, entry.Subject, $"utterances={added}");
        return added;
    }
}
