using Microsoft.Data.Sqlite;

namespace Speaker.Enrolment.Sqlite;

/// <summary>
/// Speakers by their name in one form of Unicode. Earlier versions stored names as they were typed, so a store may hold
/// one that is written otherwise, or both.
/// </summary>
internal static class StoredName
{
    /// <summary>The speakers whose names are this one, however they are written; the one that is written so comes
    /// first.</summary>
    public static long[] Find(VoiceprintDatabase store, SqliteTransaction? transaction, string name)
    {
        name = SpeakerName.Normalise(name);
        // What is ASCII has one form.
        using var command = store.Command(transaction, """
            SELECT id, name FROM speaker WHERE name = $name
            UNION ALL SELECT id, name FROM speaker WHERE name <> $name AND name GLOB '*[^ -~]*'
            """, ("$name", name));
        using var reader = command.ExecuteReader();
        var ids = new List<long>();
        while (reader.Read())
        {
            if (SpeakerName.Normalise(reader.GetString(1)) == name)
            {
                ids.Add(reader.GetInt64(0));
            }
        }

        return [.. ids];
    }

    /// <summary>Makes them one speaker, named so.</summary>
    public static void Adopt(VoiceprintDatabase store, SqliteTransaction transaction, string name)
    {
        if (Find(store, transaction, name) is not [var kept, .. var others])
        {
            return;
        }

        foreach (var other in others)
        {
            Execute(store, transaction, "UPDATE utterance SET speaker_id = $kept WHERE speaker_id = $id", kept, other);
            Execute(store, transaction, """
                UPDATE speaker SET consent = other.consent, consent_at = other.consent_at
                FROM speaker AS other
                WHERE speaker.id = $kept AND other.id = $id AND speaker.consent IS NULL
                """, kept, other);
            Execute(store, transaction, "DELETE FROM speaker WHERE id = $id AND id <> $kept", kept, other);
        }

        using var rename = store.Command(
            transaction, "UPDATE speaker SET name = $name WHERE id = $id AND name <> $name", ("$name", name), ("$id", kept));
        rename.ExecuteNonQuery();
    }

    private static void Execute(
        VoiceprintDatabase store, SqliteTransaction transaction, string sql, long kept, long other)
    {
        using var command = store.Command(transaction, sql, ("$kept", kept), ("$id", other));
        command.ExecuteNonQuery();
    }
}
