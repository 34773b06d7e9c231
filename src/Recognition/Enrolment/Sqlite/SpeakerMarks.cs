using System.IO.Hashing;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Speaker.Enrolment.Sqlite;

/// <summary>
/// A number for each speaker that is another one after a change of what the speaker has: a hash of the ids of the
/// utterances, when they were added and how their embeddings begin. What was removed, restored from a backup or embedded
/// anew differs in one of them.
/// </summary>
internal static class SpeakerMarks
{
    /// <param name="store">Holds them.</param>
    /// <param name="transaction">Reads.</param>
    /// <returns>By name in form C of Unicode.</returns>
    public static Dictionary<string, ulong> Of(VoiceprintDatabase store, SqliteTransaction transaction)
    {
        using var command = store.Command(transaction, """
            SELECT s.name, u.id, u.added_at, substr(u.embedding, 1, 16)
            FROM speaker s JOIN utterance u ON u.speaker_id = s.id ORDER BY s.name, u.id
            """);
        using var reader = command.ExecuteReader();
        var marks = new Dictionary<string, ulong>(StringComparer.Ordinal);
        while (reader.Read())
        {
            var name = SpeakerName.Normalise(reader.GetString(0));
            var mark = marks.GetValueOrDefault(name);
            mark = Mix(mark, BitConverter.GetBytes(reader.GetInt64(1)));
            mark = Mix(mark, MemoryMarshal.AsBytes(reader.GetString(2).AsSpan()));
            marks[name] = Mix(mark, reader.GetFieldValue<byte[]>(3));
        }

        return marks;
    }

    private static ulong Mix(ulong mark, ReadOnlySpan<byte> value) => XxHash3.HashToUInt64(value, (long)mark);
}
