using Microsoft.Data.Sqlite;
using Speaker.Enrolment.Audit;

namespace Speaker.Enrolment.Sqlite;

/// <summary>Removes what has been kept for as long as it may be.</summary>
internal static class Expiry
{
    /// <summary>Removes, in one transaction, the utterances that were enrolled before a moment, and speakers who have no
    /// other.</summary>
    /// <returns>What was removed; no byte of it is in the file.</returns>
    public static ExpiredVoiceprints Remove(VoiceprintDatabase store, DateTimeOffset before)
    {
        var at = ("$before", (object?)StoredTime.Text(before));
        var expired = store.InTransaction(writes: true, transaction =>
        {
            var (utterances, speakers) = (0, 0);
            foreach (var speaker in SpeakersWith(store, transaction, at))
            {
                var removed = store.Execute(
                    transaction, "DELETE FROM utterance WHERE speaker_id = $speaker AND added_at < $before",
                    ("$speaker", speaker), at);
                var left = UtteranceTable.Count(store, transaction, speaker);
                AuditTable.Append(
                    store, transaction, AuditAction.Expire, SpeakerTable.SubjectOf(store, transaction, speaker),
                    $"utterances={removed} left={left}");
                utterances += removed;
                if (left == 0)
                {
                    SpeakerTable.Remove(store, transaction, speaker);
                    speakers++;
                }

                store.ToBeCleaned(transaction);
            }

            return new ExpiredVoiceprints(utterances, speakers);
        });
        if (expired.Utterances > 0)
        {
            store.Clean();
        }

        return expired;
    }

    private static List<long> SpeakersWith(
        VoiceprintDatabase store, SqliteTransaction transaction, (string, object?) before)
    {
        using var command = store.Command(
            transaction, "SELECT DISTINCT speaker_id FROM utterance WHERE added_at < $before", before);
        using var reader = command.ExecuteReader();
        var speakers = new List<long>();
        while (reader.Read())
        {
            speakers.Add(reader.GetInt64(0));
        }

        return speakers;
    }
}
