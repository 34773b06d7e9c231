using Microsoft.Data.Sqlite;
using Speaker.Audio.Files;
using Speaker.Enrolment.Audit;

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
    private readonly DateTimeOffset _now;
    private readonly List<SoundFileCopy> _copies = [];
    private string? _subject;
    private int _added;

    internal EnrolmentTransaction(
        VoiceprintDatabase store, SqliteTransaction transaction, string speaker, string modelHash)
    {
        _store = store;
        _transaction = transaction;
        _speaker = speaker;
        _modelHash = modelHash;
        _now = store.Now;
        Existing =
        [
            .. UtteranceTable.Of(store, transaction, StoredName.Find(store, transaction, speaker), withOutlines: true)
                .Select(kept => kept.Utterance),
        ];
    }

    /// <summary>The speaker's utterances when the transaction began.</summary>
    public IReadOnlyList<StoredUtterance> Existing { get; }

    /// <summary>
    /// Adds an utterance; the first one of a new speaker creates the speaker with the consent beside the name, so that
    /// no voiceprint is ever there before its consent.
    /// </summary>
    /// <param name="utterance">What is added.</param>
    /// <param name="consent">What the speaker consented to, if noted; kept with the time. Null leaves a noted one as it
    /// is.</param>
    public void Add(StoredUtterance utterance, string? consent) => _store.Guarded(() =>
    {
        var speaker = SpeakerTable.Upsert(
            _store, _transaction, _speaker, _now, consent, consent is null ? null : _now, replacesConsent: true);
        var id = UtteranceTable.Add(_store, _transaction, speaker.Id, _speaker, _modelHash, utterance, _now);
        if (utterance.Copy is SoundFileCopy copy)
        {
            KeptRecordings.Add(_store, _transaction, id, copy);
            _copies.Add(copy);
        }

        _subject = speaker.Subject;
        return ++_added;
    });

    /// <exception cref="StoreException">The disk is full or failed; nothing was written.</exception>
    public void Commit() => _store.Guarded(() =>
    {
        if (_added > 0)
        {
            AuditTable.Append(_store, _transaction, AuditAction.Enrol, _subject, $"utterances={_added}");
        }

        _transaction.Commit();
        _copies.ForEach(copy => copy.Keep());
        return true;
    });

    public void Dispose() => _transaction.Dispose();
}
