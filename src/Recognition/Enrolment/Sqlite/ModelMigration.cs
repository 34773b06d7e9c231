using Microsoft.Data.Sqlite;
using Speaker.Audio;
using Speaker.Enrolment.Audit;

namespace Speaker.Enrolment.Sqlite;

/// <summary>Moves a store from one model to another: all its voiceprints in one transaction, so that the two never lie in
/// it beside each other.</summary>
internal static class ModelMigration
{
    /// <summary>The utterances of other models, by speaker and in the order of their enrolment.</summary>
    public static IReadOnlyList<OutdatedUtterance> Read(VoiceprintDatabase store, string modelHash) =>
        store.InTransaction(writes: false, transaction => Read(store, transaction, modelHash));

    /// <summary>Replaces voiceprints. Utterances that are not among the renewed ones are removed, and with their last one a
    /// speaker.</summary>
    /// <param name="store">Is changed whole or not at all.</param>
    /// <param name="outdated">What <see cref="Read(VoiceprintDatabase, string)"/> gave.</param>
    /// <param name="renewed">Any of them.</param>
    /// <param name="modelHash">Of the new model.</param>
    /// <exception cref="StoreException">Somebody changed the store meanwhile; nothing was replaced.</exception>
    public static void Replace(
        VoiceprintDatabase store,
        IReadOnlyList<OutdatedUtterance> outdated,
        IEnumerable<RenewedUtterance> renewed,
        string modelHash)
    {
        store.InTransaction(writes: true, transaction =>
        {
            OutdatedUtterance.RequireSame(store.Path, outdated, Read(store, transaction, modelHash));
            var count = 0;
            foreach (var utterance in renewed)
            {
                UtteranceTable.Replace(store, transaction, utterance, modelHash);
                count++;
            }

            store.Execute(transaction, "DELETE FROM utterance WHERE model_hash <> $hash", ("$hash", modelHash));
            store.Execute(transaction, "DELETE FROM speaker WHERE id NOT IN (SELECT speaker_id FROM utterance)");
            AuditTable.Append(
                store, transaction, AuditAction.Migrate, null,
                $"model={modelHash} utterances={count} removed={outdated.Count - count}");
            return store.ToBeCleaned(transaction);
        });
        store.Clean();
    }

    private static List<OutdatedUtterance> Read(
        VoiceprintDatabase store, SqliteTransaction transaction, string modelHash)
    {
        var recordings = KeptRecordings.Read(store, transaction);
        using var command = store.Command(transaction, """
            SELECT u.id, s.name, u.source FROM utterance u JOIN speaker s ON s.id = u.speaker_id
            WHERE u.model_hash <> $hash ORDER BY s.name, u.id
            """, ("$hash", modelHash));
        using var reader = command.ExecuteReader();
        var found = new List<OutdatedUtterance>();
        while (reader.Read())
        {
            found.Add(new OutdatedUtterance(
                reader.GetInt64(0), SpeakerName.Normalise(reader.GetString(1)), reader.GetString(2),
                recordings.TryGetValue(reader.GetInt64(0), out var file) ? AudioInput.FromFile(file) : null));
        }

        return found;
    }
}
