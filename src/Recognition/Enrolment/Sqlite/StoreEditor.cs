using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Speaker.Enrolment.Sqlite;

/// <summary>
/// Whole speakers out of a store and into one, and changes that enrol nothing: each is one transaction. What is removed
/// or renamed leaves no byte in the file, as with <see cref="VoiceprintDatabase.Remove"/>.
/// </summary>
internal static class StoreEditor
{
    /// <summary>One speaker; null where there is none of that name.</summary>
    /// <exception cref="StoreException">The store is of another model, damaged or cannot be read.</exception>
    public static KeptSpeaker? Read(VoiceprintDatabase store, string name, string modelHash)
    {
        store.RequireModel(modelHash);
        return store.InTransaction(writes: false, transaction => Read(store, transaction, name));
    }

    /// <summary>Everybody, by name, as they are at one moment.</summary>
    /// <exception cref="StoreException">As <see cref="Read(VoiceprintDatabase, string, string)"/>.</exception>
    public static IReadOnlyList<KeptSpeaker> ReadAll(VoiceprintDatabase store, string modelHash)
    {
        store.RequireModel(modelHash);
        return store.InTransaction(
            writes: false,
            transaction => Names(store, transaction).Select(name => Read(store, transaction, name)!).ToArray());
    }

    /// <summary>Removes one utterance; the speaker goes with the last one.</summary>
    /// <returns>How many the speaker has left; null where the speaker has no such utterance, and nothing was
    /// removed.</returns>
    public static int? RemoveUtterance(VoiceprintDatabase store, string name, long id)
    {
        var left = store.InTransaction<int?>(writes: true, transaction =>
        {
            if (Read(store, transaction, name) is not { } speaker
                || !speaker.Utterances.Any(utterance => utterance.Id == id))
            {
                return null;
            }

            store.Execute(transaction, "DELETE FROM utterance WHERE id = $id", ("$id", id));
            if (speaker.Utterances.Count == 1)
            {
                foreach (var own in StoredName.Find(store, transaction, name))
                {
                    store.Execute(transaction, "DELETE FROM speaker WHERE id = $id", ("$id", own));
                }
            }

            return speaker.Utterances.Count - 1;
        });
        if (left is not null)
        {
            store.Vacuum();
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

            store.Execute(transaction, "UPDATE speaker SET name = $name WHERE id = $id", ("$name", newName), ("$id", id));
            return true;
        });
        if (known)
        {
            store.Vacuum();
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

            KeptRecordings.PassOn(store, transaction, from, to);
            store.Execute(transaction, """
                UPDATE utterance SET speaker_id = $to WHERE speaker_id = $from AND NOT EXISTS (
                    SELECT 1 FROM utterance AS own
                    WHERE own.speaker_id = $to AND own.embedding = utterance.embedding)
                """, ("$to", to), ("$from", from));
            store.Execute(transaction, """
                UPDATE speaker SET consent = other.consent, consent_at = other.consent_at
                FROM speaker AS other
                WHERE speaker.id = $to AND other.id = $from AND speaker.consent IS NULL
                """, ("$to", to), ("$from", from));
            store.Execute(transaction, "DELETE FROM speaker WHERE id = $from", ("$from", from));
            return true;
        });
        if (known)
        {
            store.Vacuum();
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
        return store.InTransaction(writes: true, transaction =>
        {
            UtteranceDetails.Ensure(store, transaction);
            return speakers.Sum(speaker => Import(store, transaction, speaker, modelHash));
        });
    }

    private static int Import(
        VoiceprintDatabase store, SqliteTransaction transaction, KeptSpeaker speaker, string modelHash)
    {
        var name = SpeakerName.Checked(speaker.Name);
        StoredName.Adopt(store, transaction, name);
        using var upsert = store.Command(transaction, """
            INSERT INTO speaker (name, enrolled_at, consent, consent_at) VALUES ($name, $at, $consent, $consentAt)
            ON CONFLICT (name) DO UPDATE SET
                consent = coalesce(consent, excluded.consent), consent_at = coalesce(consent_at, excluded.consent_at)
            RETURNING id
            """,
            ("$name", name), ("$at", Text(speaker.EnrolledAt)), ("$consent", speaker.Consent),
            ("$consentAt", speaker.ConsentAt is { } at ? Text(at) : null));
        var id = (long)upsert.ExecuteScalar()!;
        return speaker.Utterances.Count(utterance => Import(store, transaction, utterance, id, modelHash));
    }

    /// <returns>False where it is there already.</returns>
    private static bool Import(
        VoiceprintDatabase store,
        SqliteTransaction transaction,
        KeptUtterance utterance,
        long speaker,
        string modelHash)
    {
        var added = store.Execute(transaction, """
            INSERT INTO utterance (speaker_id, model_hash, embedding, speech_seconds, source, added_at)
            SELECT $speaker, $hash, $embedding, $seconds, $source, $at
            WHERE NOT EXISTS (SELECT 1 FROM utterance WHERE speaker_id = $speaker AND embedding = $embedding)
            """,
            ("$speaker", speaker), ("$hash", modelHash),
            ("$embedding", VoiceprintDatabase.Bytes(utterance.Utterance.Embedding)),
            ("$seconds", utterance.Utterance.SpeechSeconds), ("$source", utterance.Utterance.Source),
            ("$at", Text(utterance.AddedAt))) > 0;
        if (added)
        {
            UtteranceDetails.Add(
                store, transaction, UtteranceDetails.LastId(store, transaction), utterance.Utterance.Quality,
                utterance.Utterance.Note);
        }

        return added;
    }

    private static KeptSpeaker? Read(VoiceprintDatabase store, SqliteTransaction transaction, string name)
    {
        KeptSpeaker? speaker = null;
        var utterances = new List<KeptUtterance>();
        foreach (var id in StoredName.Find(store, transaction, name))
        {
            using (var command = store.Command(
                transaction, "SELECT enrolled_at, consent, consent_at FROM speaker WHERE id = $id", ("$id", id)))
            {
                using var reader = command.ExecuteReader();
                reader.Read();
                speaker ??= new KeptSpeaker(
                    SpeakerName.Normalise(name), VoiceprintDatabase.Time(reader.GetString(0)),
                    reader.IsDBNull(1) ? null : reader.GetString(1),
                    reader.IsDBNull(2) ? null : VoiceprintDatabase.Time(reader.GetString(2)), utterances);
            }

            var details = UtteranceDetails.Of(store, transaction, id);
            using var own = store.Command(transaction, """
                SELECT id, embedding, speech_seconds, source, added_at FROM utterance WHERE speaker_id = $id ORDER BY id
                """, ("$id", id));
            using var rows = own.ExecuteReader();
            while (rows.Read())
            {
                var (quality, note) = details.GetValueOrDefault(rows.GetInt64(0));
                utterances.Add(new KeptUtterance(
                    rows.GetInt64(0),
                    new StoredUtterance(
                        VoiceprintDatabase.Vector(rows.GetFieldValue<byte[]>(1)), rows.GetDouble(2), rows.GetString(3))
                    {
                        Quality = quality,
                        Note = note,
                    },
                    VoiceprintDatabase.Time(rows.GetString(4))));
            }
        }

        return speaker;
    }

    private static string[] Names(VoiceprintDatabase store, SqliteTransaction transaction)
    {
        using var command = store.Command(transaction, "SELECT name FROM speaker ORDER BY name");
        using var reader = command.ExecuteReader();
        var names = new List<string>();
        while (reader.Read())
        {
            names.Add(SpeakerName.Normalise(reader.GetString(0)));
        }

        return [.. names.Distinct(StringComparer.Ordinal)];
    }

    private static string Text(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);
}
