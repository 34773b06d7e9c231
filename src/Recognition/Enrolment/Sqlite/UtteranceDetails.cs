using Microsoft.Data.Sqlite;
using Speaker.Audio;

namespace Speaker.Enrolment.Sqlite;

/// <summary>
/// The quality of utterances and the notes of forced ones, in a table of their own that a store can be without: one of
/// an earlier version gets it at the next enrolment or import, and programs of that version go on using the store.
/// Where an utterance goes, so do its details.
/// </summary>
internal static class UtteranceDetails
{
    private const string Table = """
        CREATE TABLE IF NOT EXISTS detail (
            utterance_id INTEGER PRIMARY KEY REFERENCES utterance(id) ON DELETE CASCADE,
            peak REAL,
            clipped_fraction REAL,
            speech_level REAL,
            signal_to_noise REAL,
            bandwidth REAL,
            note TEXT
        ) STRICT
        """;

    public static void Ensure(VoiceprintDatabase store, SqliteTransaction transaction)
    {
        using var create = store.Command(transaction, Table);
        create.ExecuteNonQuery();
    }

    /// <summary>The utterance that was added last.</summary>
    public static long LastId(VoiceprintDatabase store, SqliteTransaction transaction)
    {
        using var command = store.Command(transaction, "SELECT last_insert_rowid()");
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Keeps what is known of an utterance.</summary>
    public static void Add(
        VoiceprintDatabase store, SqliteTransaction transaction, long utterance, AudioQuality? quality, string? note)
    {
        if (quality is null && note is null)
        {
            return;
        }

        using var insert = store.Command(transaction, """
            INSERT INTO detail (utterance_id, peak, clipped_fraction, speech_level, signal_to_noise, bandwidth, note)
            VALUES ($utterance, $peak, $clipped, $level, $noise, $bandwidth, $note)
            """,
            ("$utterance", utterance), ("$peak", quality?.Peak), ("$clipped", quality?.ClippedFraction),
            ("$level", quality?.SpeechLevel), ("$noise", quality?.SignalToNoise), ("$bandwidth", quality?.Bandwidth),
            ("$note", note));
        insert.ExecuteNonQuery();
    }

    /// <summary>What is kept of utterances, by their ids; none of a store of an earlier version.</summary>
    /// <param name="store">Holds them.</param>
    /// <param name="transaction">Null: none.</param>
    /// <param name="speaker">Whose; null: everybody's.</param>
    public static IReadOnlyDictionary<long, (AudioQuality? Quality, string? Note)> Of(
        VoiceprintDatabase store, SqliteTransaction? transaction, long? speaker)
    {
        var details = new Dictionary<long, (AudioQuality?, string?)>();
        using (var look = store.Command(
            transaction, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'detail'"))
        {
            if ((long)look.ExecuteScalar()! == 0)
            {
                return details;
            }
        }

        using var command = store.Command(transaction, """
            SELECT d.utterance_id, d.peak, d.clipped_fraction, d.speech_level, d.signal_to_noise, d.bandwidth, d.note
            FROM detail d JOIN utterance u ON u.id = d.utterance_id
            WHERE $speaker IS NULL OR u.speaker_id = $speaker
            """, ("$speaker", speaker));
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            details.Add(reader.GetInt64(0), (
                reader.IsDBNull(1)
                    ? null
                    : new AudioQuality(
                        reader.GetDouble(1), reader.GetDouble(2), reader.GetDouble(3),
                        reader.IsDBNull(4) ? null : reader.GetDouble(4), reader.GetDouble(5)),
                reader.IsDBNull(6) ? null : reader.GetString(6)));
        }

        return details;
    }
}
