using Microsoft.Data.Sqlite;
using Speaker.Audio;
using Speaker.Enrolment.Protection;

namespace Speaker.Enrolment.Sqlite;

/// <summary>
/// The one place where utterances are written into the file and read from it, and with it where they are sealed and opened.
/// An utterance is a row of the table <c>utterance</c>; its outline, its quality with its note, and its kept recording have
/// tables of their own, and go where it goes.
/// </summary>
internal static class UtteranceTable
{
    /// <summary>What is read of a row; its outline is for enrolment alone.</summary>
    private const string Columns =
        "u.id, s.name, u.model_hash, u.key_id, u.embedding, u.speech_seconds, u.source, u.added_at, " +
        "d.peak, d.clipped_fraction, d.speech_level, d.signal_to_noise, d.bandwidth, d.note";

    private const string Tables =
        "FROM utterance u JOIN speaker s ON s.id = u.speaker_id LEFT JOIN detail d ON d.utterance_id = u.id";

    private const string WithoutOutlines = $"SELECT {Columns}, NULL {Tables}";

    private const string WithOutlines =
        $"SELECT {Columns}, f.outline {Tables} LEFT JOIN fingerprint f ON f.utterance_id = u.id";

    /// <summary>An utterance with what it is sealed for.</summary>
    private readonly record struct Row(long Id, string Name, string ModelHash, StoredUtterance Utterance);

    /// <summary>Adds an utterance, sealed where there is a key.</summary>
    /// <param name="store">Where to.</param>
    /// <param name="transaction">Of the writer.</param>
    /// <param name="speaker">The speaker's id.</param>
    /// <param name="name">The speaker's name.</param>
    /// <param name="modelHash">Of the model that made the embedding.</param>
    /// <param name="utterance">What is kept; of its recording see <see cref="KeptRecordings"/>.</param>
    /// <param name="addedAt">When it was enrolled.</param>
    /// <returns>Its id.</returns>
    public static long Add(
        VoiceprintDatabase store,
        SqliteTransaction transaction,
        long speaker,
        string name,
        string modelHash,
        StoredUtterance utterance,
        DateTimeOffset addedAt)
    {
        name = SpeakerName.Normalise(name);
        var key = store.Vault.CurrentKey();
        using var insert = store.Command(transaction, """
            INSERT INTO utterance (speaker_id, model_hash, key_id, embedding, speech_seconds, source, added_at)
            VALUES ($speaker, $hash, $key, $embedding, $seconds, $source, $at) RETURNING id
            """,
            ("$speaker", speaker), ("$hash", modelHash), ("$key", key),
            ("$embedding", store.Vault.Seal(key, utterance.Embedding, name, modelHash)),
            ("$seconds", utterance.SpeechSeconds), ("$source", utterance.Source),
            ("$at", StoredTime.Text(addedAt)));
        var id = (long)insert.ExecuteScalar()!;
        if (utterance.Fingerprint is { } outline)
        {
            var place = new TemplatePlace(name, modelHash, TemplateColumn.Fingerprint);
            store.Execute(
                transaction, "INSERT INTO fingerprint (utterance_id, outline) VALUES ($utterance, $outline)",
                ("$utterance", id), ("$outline", store.Vault.Seal(key, outline, place)));
        }

        if (utterance.Quality is not null || utterance.Note is not null)
        {
            var quality = utterance.Quality;
            store.Execute(transaction, """
                INSERT INTO detail (utterance_id, peak, clipped_fraction, speech_level, signal_to_noise, bandwidth, note)
                VALUES ($utterance, $peak, $clipped, $level, $noise, $bandwidth, $note)
                """,
                ("$utterance", id), ("$peak", quality?.Peak), ("$clipped", quality?.ClippedFraction),
                ("$level", quality?.SpeechLevel), ("$noise", quality?.SignalToNoise), ("$bandwidth", quality?.Bandwidth),
                ("$note", utterance.Note));
        }

        return id;
    }

    /// <summary>The utterances of speakers, one after the other, each in the order of their enrolment.</summary>
    /// <param name="store">Holds them.</param>
    /// <param name="transaction">Of the reader.</param>
    /// <param name="speakers">Their ids.</param>
    /// <param name="withOutlines">Whether the outlines of the recordings are read too.</param>
    public static List<KeptUtterance> Of(
        VoiceprintDatabase store, SqliteTransaction transaction, long[] speakers, bool withOutlines = false)
    {
        var utterances = new List<KeptUtterance>();
        foreach (var speaker in speakers)
        {
            using var command = store.Command(
                transaction, $"{(withOutlines ? WithOutlines : WithoutOutlines)} WHERE u.speaker_id = $speaker ORDER BY u.id",
                ("$speaker", speaker));
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                utterances.Add(new KeptUtterance(
                    reader.GetInt64(0), Open(store, reader), StoredTime.Of(reader.GetString(7))));
            }
        }

        return utterances;
    }

    /// <summary>Everybody's utterances by their names, without outlines and notes.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<StoredUtterance>> All(
        VoiceprintDatabase store, SqliteTransaction transaction)
    {
        using var command = store.Command(transaction, $"{WithoutOutlines} ORDER BY s.name, u.id");
        using var reader = command.ExecuteReader();
        var speakers = new Dictionary<string, List<StoredUtterance>>(StringComparer.Ordinal);
        while (reader.Read())
        {
            var name = SpeakerName.Normalise(reader.GetString(1));
            if (!speakers.TryGetValue(name, out var utterances))
            {
                speakers.Add(name, utterances = []);
            }

            utterances.Add(Open(store, reader) with { Note = null });
        }

        return speakers.ToDictionary(
            speaker => speaker.Key, IReadOnlyList<StoredUtterance> (speaker) => speaker.Value, StringComparer.Ordinal);
    }

    /// <summary>Puts what another model made of an utterance in the place of what is kept.</summary>
    /// <param name="store">Holds it.</param>
    /// <param name="transaction">Of the writer.</param>
    /// <param name="renewed">The new embedding.</param>
    /// <param name="modelHash">Of the new model.</param>
    public static void Replace(
        VoiceprintDatabase store, SqliteTransaction transaction, RenewedUtterance renewed, string modelHash)
    {
        foreach (var row in Read(store, transaction, "WHERE u.id = $id", ("$id", renewed.Id)))
        {
            Write(store, transaction, row with
            {
                ModelHash = modelHash,
                Utterance = row.Utterance with
                {
                    Embedding = renewed.Embedding, SpeechSeconds = renewed.SpeechSeconds,
                },
            });
        }
    }

    /// <summary>Seals a speaker's utterances for another name.</summary>
    public static void SealFor(VoiceprintDatabase store, SqliteTransaction transaction, long speaker, string newName)
    {
        foreach (var row in Read(store, transaction, "WHERE u.speaker_id = $speaker ORDER BY u.id", ("$speaker", speaker)))
        {
            Write(store, transaction, row with { Name = newName });
        }
    }

    /// <summary>Gives one speaker's utterances to another; one that the other has too is not given.</summary>
    /// <param name="store">Holds both.</param>
    /// <param name="transaction">Of the writer.</param>
    /// <param name="from">Who gives.</param>
    /// <param name="to">Who gets.</param>
    /// <param name="toName">Their name.</param>
    /// <returns>The ids of those that both have: the giver's, and the first of the other's.</returns>
    public static IReadOnlyList<(long Givers, long Others)> Give(
        VoiceprintDatabase store, SqliteTransaction transaction, long from, long to, string toName)
    {
        var has = Read(store, transaction, "WHERE u.speaker_id = $speaker ORDER BY u.id", ("$speaker", to));
        var shared = new List<(long, long)>();
        foreach (var row in Read(store, transaction, "WHERE u.speaker_id = $speaker ORDER BY u.id", ("$speaker", from)))
        {
            if (has.FindIndex(other => IsSame(other.Utterance, row.Utterance)) is var same and >= 0)
            {
                shared.Add((row.Id, has[same].Id));
                continue;
            }

            Write(store, transaction, row with { Name = toName });
            store.Execute(
                transaction, "UPDATE utterance SET speaker_id = $to WHERE id = $id", ("$to", to), ("$id", row.Id));
        }

        return shared;
    }

    /// <summary>Whether two utterances are of the same samples.</summary>
    public static bool IsSame(StoredUtterance one, StoredUtterance other) =>
        one.Embedding.AsSpan().SequenceEqual(other.Embedding);

    /// <summary>Seals with the current key what is not sealed with it.</summary>
    /// <param name="store">Holds it.</param>
    /// <param name="transaction">Of the writer.</param>
    /// <param name="after">The id of the last utterance that was looked at.</param>
    /// <param name="most">How many are sealed.</param>
    /// <returns>How many were sealed, and the id of the last one; null where there is none left.</returns>
    public static (int Count, long Last)? SealNext(
        VoiceprintDatabase store, SqliteTransaction transaction, long after, int most)
    {
        var next = Read(
            store, transaction, "WHERE u.id > $after AND u.key_id IS NOT $key ORDER BY u.id LIMIT $most",
            ("$after", after), ("$key", store.Vault.CurrentKey()), ("$most", most));
        next.ForEach(row => Write(store, transaction, row));
        return next.Count == 0 ? null : (next.Count, next[^1].Id);
    }

    /// <summary>How many utterances there are.</summary>
    /// <param name="store">Holds them.</param>
    /// <param name="transaction">Of the reader.</param>
    /// <param name="speaker">Of this one; null: of everybody.</param>
    public static long Count(VoiceprintDatabase store, SqliteTransaction transaction, long? speaker = null)
    {
        using var command = store.Command(
            transaction, "SELECT count(*) FROM utterance WHERE speaker_id = $speaker OR $speaker IS NULL",
            ("$speaker", speaker));
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>How many utterances are sealed with which key; null: not sealed.</summary>
    public static IReadOnlyList<SealedCount> CountByKey(VoiceprintDatabase store, SqliteTransaction transaction)
    {
        using var command = store.Command(
            transaction, "SELECT key_id, count(*) FROM utterance GROUP BY key_id ORDER BY key_id");
        using var reader = command.ExecuteReader();
        var counts = new List<SealedCount>();
        while (reader.Read())
        {
            counts.Add(new SealedCount(reader.IsDBNull(0) ? null : reader.GetString(0), reader.GetInt64(1)));
        }

        return counts;
    }

    /// <summary>The keys that the first and the last utterance are sealed with.</summary>
    public static IReadOnlyList<string> KeysAtTheEnds(VoiceprintDatabase store, SqliteTransaction transaction)
    {
        using var command = store.Command(transaction, """
            SELECT DISTINCT key_id FROM utterance
            WHERE id IN ((SELECT min(id) FROM utterance), (SELECT max(id) FROM utterance)) AND key_id IS NOT NULL
            """);
        using var reader = command.ExecuteReader();
        var keys = new List<string>();
        while (reader.Read())
        {
            keys.Add(reader.GetString(0));
        }

        return keys;
    }

    /// <summary>Whole rows.</summary>
    private static List<Row> Read(
        VoiceprintDatabase store,
        SqliteTransaction transaction,
        string which,
        params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = store.Command(transaction, $"{WithOutlines} {which}", parameters);
        using var reader = command.ExecuteReader();
        var rows = new List<Row>();
        while (reader.Read())
        {
            rows.Add(new Row(reader.GetInt64(0), reader.GetString(1), reader.GetString(2), Open(store, reader)));
        }

        return rows;
    }

    /// <summary>Writes a row again, sealed with the current key for what it says.</summary>
    private static void Write(VoiceprintDatabase store, SqliteTransaction transaction, Row row)
    {
        var (name, utterance) = (SpeakerName.Normalise(row.Name), row.Utterance);
        var key = store.Vault.CurrentKey();
        store.Execute(transaction, """
            UPDATE utterance SET key_id = $key, embedding = $embedding, speech_seconds = $seconds, model_hash = $hash
            WHERE id = $id
            """,
            ("$key", key), ("$embedding", store.Vault.Seal(key, utterance.Embedding, name, row.ModelHash)),
            ("$seconds", utterance.SpeechSeconds), ("$hash", row.ModelHash), ("$id", row.Id));
        if (utterance.Fingerprint is { } outline)
        {
            var place = new TemplatePlace(name, row.ModelHash, TemplateColumn.Fingerprint);
            store.Execute(
                transaction, "UPDATE fingerprint SET outline = $outline WHERE utterance_id = $id",
                ("$outline", store.Vault.Seal(key, outline, place)), ("$id", row.Id));
        }
    }

    private static StoredUtterance Open(VoiceprintDatabase store, SqliteDataReader row)
    {
        var (name, hash) = (SpeakerName.Normalise(row.GetString(1)), row.GetString(2));
        var key = row.IsDBNull(3) ? null : row.GetString(3);
        return new StoredUtterance(
            store.Vault.Open(key, row.GetFieldValue<byte[]>(4), name, hash), row.GetDouble(5), row.GetString(6))
        {
            Quality = row.IsDBNull(8)
                ? null
                : new AudioQuality(
                    row.GetDouble(8), row.GetDouble(9), row.GetDouble(10), row.IsDBNull(11) ? null : row.GetDouble(11),
                    row.GetDouble(12)),
            Note = row.IsDBNull(13) ? null : row.GetString(13),
            Fingerprint = row.IsDBNull(14)
                ? null
                : store.Vault.Open(
                    key, row.GetFieldValue<byte[]>(14), new TemplatePlace(name, hash, TemplateColumn.Fingerprint)),
        };
    }
}
