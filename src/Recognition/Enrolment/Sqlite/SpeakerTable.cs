using Microsoft.Data.Sqlite;
using Speaker.Enrolment.Audit;

namespace Speaker.Enrolment.Sqlite;

/// <summary>The speakers in the file: a name, a consent, and what the audit log calls them. Their utterances are in
/// <see cref="UtteranceTable"/>.</summary>
internal static class SpeakerTable
{
    /// <summary>A speaker's row.</summary>
    /// <param name="Id">In the file.</param>
    /// <param name="Subject">In the audit log.</param>
    public readonly record struct Entry(long Id, string Subject);

    /// <summary>The speaker of a name, who is made where there is none.</summary>
    /// <param name="store">Holds it.</param>
    /// <param name="transaction">Of the writer.</param>
    /// <param name="name">Normalised.</param>
    /// <param name="enrolledAt">Of a new one.</param>
    /// <param name="consent">Noted with its time; null leaves what is noted.</param>
    /// <param name="consentAt">When.</param>
    /// <param name="replacesConsent">Whether a consent takes the place of one that is noted.</param>
    public static Entry Upsert(
        VoiceprintDatabase store,
        SqliteTransaction transaction,
        string name,
        DateTimeOffset enrolledAt,
        string? consent,
        DateTimeOffset? consentAt,
        bool replacesConsent)
    {
        using var upsert = store.Command(
            transaction,
            replacesConsent
                ? """
                  INSERT INTO speaker (name, enrolled_at, consent, consent_at, subject)
                  VALUES ($name, $at, $consent, $consentAt, $subject)
                  ON CONFLICT (name) DO UPDATE SET consent = coalesce(excluded.consent, consent),
                      consent_at = coalesce(excluded.consent_at, consent_at)
                  RETURNING id, subject
                  """
                : """
                  INSERT INTO speaker (name, enrolled_at, consent, consent_at, subject)
                  VALUES ($name, $at, $consent, $consentAt, $subject)
                  ON CONFLICT (name) DO UPDATE SET consent = coalesce(consent, excluded.consent),
                      consent_at = coalesce(consent_at, excluded.consent_at)
                  RETURNING id, subject
                  """,
            ("$name", name), ("$at", StoredTime.Text(enrolledAt)), ("$consent", consent),
            ("$consentAt", consentAt is { } at ? StoredTime.Text(at) : null), ("$subject", AuditSubject.New()));
        using var reader = upsert.ExecuteReader();
        reader.Read();
        return new Entry(reader.GetInt64(0), reader.GetString(1));
    }

    /// <summary>What the audit log calls a speaker.</summary>
    public static string SubjectOf(VoiceprintDatabase store, SqliteTransaction transaction, long id)
    {
        using var command = store.Command(transaction, "SELECT subject FROM speaker WHERE id = $id", ("$id", id));
        return (string)command.ExecuteScalar()!;
    }

    /// <summary>Whom the audit log calls so; null where there is nobody any more.</summary>
    public static string? NameOf(VoiceprintDatabase store, SqliteTransaction transaction, string subject)
    {
        using var command = store.Command(
            transaction, "SELECT name FROM speaker WHERE subject = $subject", ("$subject", subject));
        return command.ExecuteScalar() as string;
    }

    /// <summary>A line per speaker, by name.</summary>
    public static IReadOnlyList<EnrolledSpeaker> List(VoiceprintDatabase store, SqliteTransaction transaction)
    {
        using var command = store.Command(transaction, """
            SELECT s.name, count(u.id), total(u.speech_seconds), coalesce(min(u.model_hash), ''), s.enrolled_at,
                   coalesce(max(u.added_at), s.enrolled_at), s.consent, s.consent_at
            FROM speaker s LEFT JOIN utterance u ON u.speaker_id = s.id GROUP BY s.id ORDER BY s.name
            """);
        using var reader = command.ExecuteReader();
        var speakers = new List<EnrolledSpeaker>();
        while (reader.Read())
        {
            speakers.Add(new EnrolledSpeaker(
                SpeakerName.Normalise(reader.GetString(0)), reader.GetInt32(1), reader.GetDouble(2), reader.GetString(3),
                StoredTime.Of(reader.GetString(4)), StoredTime.Of(reader.GetString(5)),
                reader.IsDBNull(6) ? null : reader.GetString(6),
                reader.IsDBNull(7) ? null : StoredTime.Of(reader.GetString(7))));
        }

        return speakers;
    }

    /// <summary>Everybody's name, once in each form of Unicode.</summary>
    public static string[] Names(VoiceprintDatabase store, SqliteTransaction transaction)
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

    /// <summary>One speaker with everything; null where there is none of that name.</summary>
    public static KeptSpeaker? Read(VoiceprintDatabase store, SqliteTransaction transaction, string name)
    {
        var ids = StoredName.Find(store, transaction, name);
        if (ids.Length == 0)
        {
            return null;
        }

        using var command = store.Command(
            transaction, "SELECT enrolled_at, consent, consent_at FROM speaker WHERE id = $id", ("$id", ids[0]));
        using var reader = command.ExecuteReader();
        reader.Read();
        return new KeptSpeaker(
            SpeakerName.Normalise(name), StoredTime.Of(reader.GetString(0)),
            reader.IsDBNull(1) ? null : reader.GetString(1),
            reader.IsDBNull(2) ? null : StoredTime.Of(reader.GetString(2)),
            UtteranceTable.Of(store, transaction, ids));
    }

    /// <summary>Removes a speaker with every utterance; the caller rebuilds the file.</summary>
    public static void Remove(VoiceprintDatabase store, SqliteTransaction transaction, long id)
    {
        store.Execute(transaction, "DELETE FROM speaker WHERE id = $id", ("$id", id));
        store.ToBeCleaned(transaction);
    }
}
