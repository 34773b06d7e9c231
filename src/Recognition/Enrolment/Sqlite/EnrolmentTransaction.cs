using System.Globalization;
using Microsoft.Data.Sqlite;
using Speaker.Audio.Files;

namespace Speaker.Enrolment.Sqlite;

/// <summary>
/// One enrolment: what is added becomes visible, all of it and durably, at <see cref="Commit"/>, and none of it if the
/// transaction is disposed, the process dies or the disk is full before.
/// </summary>
internal sealed class EnrolmentTransaction : IDisposable
{
    private readonly VoiceprintDatabase _store;
    private readonly SqliteTransaction _transaction;
    private readonly string _speaker;
    private readonly string _modelHash;
    private readonly string _now;
    private readonly List<SoundCopy> _copies = [];

    internal EnrolmentTransaction(
        VoiceprintDatabase store, SqliteTransaction transaction, string speaker, string modelHash, TimeProvider time)
    {
        _store = store;
        _transaction = transaction;
        _speaker = speaker;
        _modelHash = modelHash;
        _now = time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
        UtteranceFingerprints.Ensure(store, transaction);
        UtteranceDetails.Ensure(store, transaction);
        Existing = UtteranceFingerprints.With(store, transaction, speaker);
    }

    /// <summary>The speaker's utterances when the transaction began.</summary>
    public IReadOnlyList<StoredUtterance> Existing { get; }

    /// <summary>
    /// Adds an utterance; the first one of a new speaker creates the speaker with the consent beside the name, so that
    /// no voiceprint is ever there before its consent.
    /// </summary>
    /// <param name="consent">What the speaker consented to, if noted; kept with the time. Null leaves a noted one as it
    /// is.</param>
    public void Add(StoredUtterance utterance, string? consent) => _store.Guarded(() =>
    {
        using var upsert = _store.Command(_transaction, """
            INSERT INTO speaker (name, enrolled_at, consent, consent_at) VALUES ($name, $now, $consent, $consentAt)
            ON CONFLICT (name) DO UPDATE SET
                consent = coalesce(excluded.consent, consent), consent_at = coalesce(excluded.consent_at, consent_at)
            RETURNING id
            """,
            ("$name", _speaker), ("$now", _now), ("$consent", consent), ("$consentAt", consent is null ? null : _now));
        var id = (long)upsert.ExecuteScalar()!;
        using var insert = _store.Command(_transaction, """
            INSERT INTO utterance (speaker_id, model_hash, embedding, speech_seconds, source, added_at)
            VALUES ($speaker, $hash, $embedding, $seconds, $source, $now)
            """,
            ("$speaker", id), ("$hash", _modelHash), ("$embedding", VoiceprintDatabase.Bytes(utterance.Embedding)),
            ("$seconds", utterance.SpeechSeconds), ("$source", utterance.Source), ("$now", _now));
        insert.ExecuteNonQuery();
        var added = UtteranceDetails.LastId(_store, _transaction);
        UtteranceDetails.Add(_store, _transaction, added, utterance.Quality, utterance.Note);
        if (utterance.Copy is { } copy)
        {
            KeptRecordings.Add(_store, _transaction, added, copy);
            _copies.Add(copy);
        }

        return utterance.Fingerprint is null
            || UtteranceFingerprints.Add(_store, _transaction, added, utterance.Fingerprint);
    });

    /// <exception cref="StoreException">The disk is full or failed; nothing was written.</exception>
    public void Commit() => _store.Guarded(() =>
    {
        _transaction.Commit();
        _copies.ForEach(copy => copy.Keep());
        return true;
    });

    public void Dispose() => _transaction.Dispose();
}
