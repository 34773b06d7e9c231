using Microsoft.Data.Sqlite;

namespace Speaker.Enrolment.Sqlite;

/// <summary>
/// The fingerprints of utterances, in a table of their own: a store of an earlier version gets it at the next enrolment,
/// and programs of that version go on using the store. Where an utterance goes, so does its
/// fingerprint.
/// </summary>
internal static class UtteranceFingerprints
{
    private const string Table = """
        CREATE TABLE IF NOT EXISTS fingerprint (
            utterance_id INTEGER PRIMARY KEY REFERENCES utterance(id) ON DELETE CASCADE,
            outline BLOB NOT NULL
        ) STRICT
        """;

    public static void Ensure(VoiceprintDatabase store, SqliteTransaction transaction)
    {
        using var create = store.Command(transaction, Table);
        create.ExecuteNonQuery();
    }

    public static bool Add(VoiceprintDatabase store, SqliteTransaction transaction, long utterance, byte[] fingerprint)
    {
        using var insert = store.Command(
            transaction, "INSERT INTO fingerprint (utterance_id, outline) VALUES ($utterance, $outline)",
            ("$utterance", utterance), ("$outline", fingerprint));
        return insert.ExecuteNonQuery() == 1;
    }

    /// <summary>The fingerprints of a speaker's utterances.</summary>
    /// <exception cref="StoreException">The store is damaged or cannot be read.</exception>
    public static IReadOnlyList<byte[]> Read(VoiceprintDatabase store, string speaker) =>
        store.InTransaction(writes: false, transaction =>
        {
            var outlines = new List<byte[]>();
            using var look = store.Command(transaction, "SELECT 1 FROM sqlite_schema WHERE name = 'fingerprint'");
            if (look.ExecuteScalar() is null)
            {
                return outlines;
            }

            foreach (var id in StoredName.Find(store, transaction, speaker))
            {
                using var command = store.Command(transaction, """
                    SELECT f.outline FROM fingerprint f JOIN utterance u ON u.id = f.utterance_id WHERE u.speaker_id = $id
                    """, ("$id", id));
                using var reader = command.ExecuteReader();
                while (reader.Read())
                {
                    outlines.Add(reader.GetFieldValue<byte[]>(0));
                }
            }

            return outlines;
        });

    /// <summary>The speaker's utterances in order of enrolment, with what is kept of their sound.</summary>
    public static IReadOnlyList<StoredUtterance> With(
        VoiceprintDatabase store, SqliteTransaction transaction, string speaker)
    {
        var utterances = store.ReadUtterances(speaker, transaction);
        var outlines = new List<byte[]?>();
        foreach (var id in StoredName.Find(store, transaction, speaker))
        {
            using var command = store.Command(transaction, """
                SELECT f.outline FROM utterance u LEFT JOIN fingerprint f ON f.utterance_id = u.id
                WHERE u.speaker_id = $id ORDER BY u.id
                """, ("$id", id));
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                outlines.Add(reader.IsDBNull(0) ? null : reader.GetFieldValue<byte[]>(0));
            }
        }

        return [.. utterances.Zip(outlines, (utterance, outline) => utterance with { Fingerprint = outline })];
    }
}
