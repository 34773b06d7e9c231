using Speaker.Audio.Files;
using Speaker.Enrolment.Audit;
using Speaker.Enrolment.Protection;

namespace Speaker.Enrolment;

/// <summary>
/// A store of voiceprints with what its owner does besides recognising: look into it, correct it, carry it elsewhere. One
/// suite of tests says what each of them does, whatever keeps the voiceprints.
/// </summary>
/// <remarks>Names are looked up in form C of Unicode, however they are typed. Every change is one transaction, durable when
/// the call returns; after a <see cref="StoreException"/> nothing was changed.</remarks>
internal interface IEditableStore : IVoiceprintStore
{
    /// <summary>What people know the store by: the path of a file, or an address without its password.</summary>
    string Location { get; }

    /// <summary>Has the keys that voiceprints are sealed with.</summary>
    TemplateVault Vault { get; }

    /// <summary>Makes the store where there is none, and checks that it can be used with a model.</summary>
    /// <param name="modelHash">The model in use.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="StoreException">It is of another model, damaged, of a newer version or cannot be opened.</exception>
    Task PrepareAsync(string modelHash, CancellationToken cancellationToken);

    /// <summary>Begins to copy recordings that may be enrolled, to be handed over as <see cref="StoredUtterance.Copy"/>;
    /// null where they are not kept.</summary>
    /// <exception cref="IOException">There is no folder for them, and none can be made.</exception>
    SoundCopies? BeginCopies();

    /// <summary>One speaker; null where there is none of that name.</summary>
    /// <param name="speaker">The name.</param>
    /// <param name="modelHash">The model in use.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="StoreException">The store is of another model, damaged or cannot be read.</exception>
    Task<KeptSpeaker?> ReadAsync(string speaker, string modelHash, CancellationToken cancellationToken);

    /// <summary>The outlines of what a speaker has enrolled, by which a copy is known; fewer than utterances where
    /// nothing is known of some, and none where the speaker is unknown.</summary>
    /// <param name="speaker">The name.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="StoreException">The store is damaged or cannot be read.</exception>
    Task<IReadOnlyList<byte[]>> ReadOutlinesAsync(string speaker, CancellationToken cancellationToken);

    /// <summary>Everybody, by name, as they are at one moment.</summary>
    /// <param name="modelHash">The model in use.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="StoreException">As <see cref="ReadAsync"/>.</exception>
    Task<IReadOnlyList<KeptSpeaker>> ReadAllAsync(string modelHash, CancellationToken cancellationToken);

    /// <summary>Removes one utterance; the speaker goes with the last one.</summary>
    /// <param name="speaker">Whose it is.</param>
    /// <param name="id">As <see cref="KeptUtterance.Id"/>.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>How many the speaker has left; null where the speaker has no such utterance, and nothing was
    /// removed.</returns>
    /// <exception cref="StoreException">The store is in use for too long, damaged or cannot be written.</exception>
    Task<int?> RemoveUtteranceAsync(string speaker, long id, CancellationToken cancellationToken);

    /// <summary>Gives a speaker another name, which nobody has.</summary>
    /// <param name="speaker">The name.</param>
    /// <param name="newName">The other one.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>False where there is no such speaker.</returns>
    /// <exception cref="ArgumentException">The new name is none, or somebody else's.</exception>
    /// <exception cref="StoreException">As <see cref="RemoveUtteranceAsync"/>.</exception>
    Task<bool> RenameAsync(string speaker, string newName, CancellationToken cancellationToken);

    /// <summary>Gives one speaker's utterances to another and removes the first. A recording that both have stays once;
    /// a noted consent of the first is taken over where the other has none.</summary>
    /// <param name="speaker">Whose utterances are given away.</param>
    /// <param name="into">Who gets them.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>False where one of them is unknown, or both are one; nothing was changed.</returns>
    /// <exception cref="StoreException">As <see cref="RemoveUtteranceAsync"/>.</exception>
    Task<bool> MergeAsync(string speaker, string into, CancellationToken cancellationToken);

    /// <summary>Adds speakers as another store kept them, all of them or none. Utterances that are there already are
    /// passed over.</summary>
    /// <param name="speakers">Their names are checked.</param>
    /// <param name="modelHash">The model that made the embeddings.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>How many utterances were added.</returns>
    /// <exception cref="ArgumentException">A name is none.</exception>
    /// <exception cref="StoreException">The store is of another model, full or cannot be written.</exception>
    Task<int> ImportAsync(
        IReadOnlyList<KeptSpeaker> speakers, string modelHash, CancellationToken cancellationToken);

    /// <summary>Seals with the current key what is not sealed with it, some at a time: a process that dies leaves what is
    /// sealed already, and the next call goes on.</summary>
    /// <param name="cancellationToken">Stops it between two times.</param>
    /// <returns>How many utterances were sealed.</returns>
    /// <exception cref="StoreException">A key is missing, an utterance does not open, or the store cannot be
    /// written.</exception>
    Task<long> SealAsync(CancellationToken cancellationToken);

    /// <summary>The keys that the first and the last utterance are sealed with; none where they are not sealed, or
    /// there are none. A look that costs next to nothing however many there are: <see cref="ExamineAsync"/> counts
    /// all.</summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="StoreException">It cannot be read.</exception>
    Task<IReadOnlyList<string>> ReadKeysAsync(CancellationToken cancellationToken);

    /// <summary>Removes the utterances that were enrolled before a moment, and with their last one speakers.</summary>
    /// <param name="before">The moment.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="StoreException">As <see cref="RemoveUtteranceAsync"/>.</exception>
    Task<ExpiredVoiceprints> ExpireAsync(DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>The utterances of other models, by speaker and in the order of their enrolment.</summary>
    /// <param name="modelHash">The model that the store moves to.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="StoreException">The store is damaged or cannot be read.</exception>
    Task<IReadOnlyList<OutdatedUtterance>> ReadOutdatedAsync(string modelHash, CancellationToken cancellationToken);

    /// <summary>Moves the store to another model: replaces all voiceprints of others at once, so that those of two
    /// models never lie in it beside each other. Utterances that are not among the renewed ones are removed, and with
    /// their last one speakers.</summary>
    /// <param name="outdated">What <see cref="ReadOutdatedAsync"/> gave.</param>
    /// <param name="renewed">Any of them.</param>
    /// <param name="modelHash">As there.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="StoreException">Somebody changed the store meanwhile, or as <see cref="RemoveUtteranceAsync"/>;
    /// nothing was replaced.</exception>
    Task ReplaceOutdatedAsync(
        IReadOnlyList<OutdatedUtterance> outdated,
        IEnumerable<RenewedUtterance> renewed,
        string modelHash,
        CancellationToken cancellationToken);

    /// <summary>Writes into the audit log what changes nothing in the store: a decision.</summary>
    /// <param name="action">As <see cref="AuditAction"/>.</param>
    /// <param name="speaker">Of whom; null, or not enrolled: nobody in particular.</param>
    /// <param name="detail">Never a name.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    Task RecordAsync(string action, string? speaker, string detail, CancellationToken cancellationToken);

    /// <summary>Entries of the audit log in their order.</summary>
    /// <param name="after">The sequence of the entry before the first one; 0: from the beginning.</param>
    /// <param name="most">How many.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="StoreException">It cannot be read.</exception>
    Task<IReadOnlyList<AuditEntry>> ReadAuditAsync(long after, int most, CancellationToken cancellationToken);

    /// <summary>Reads through the store; null where there is none yet.</summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="StoreException">It cannot be read.</exception>
    Task<StoreCondition?> ExamineAsync(CancellationToken cancellationToken);
}

/// <summary>What was removed for its age.</summary>
/// <param name="Utterances">How many.</param>
/// <param name="Speakers">How many have none left, and are removed too.</param>
internal sealed record ExpiredVoiceprints(int Utterances, int Speakers);

/// <summary>What a look at a store found.</summary>
/// <param name="Kind">What keeps the voiceprints: "PostgreSQL 15.8"; null for a file, whose path says it.</param>
/// <param name="Damage">What is damaged; null where nothing is.</param>
/// <param name="Exposure">Why others may read it; null where they may not.</param>
/// <param name="Advice">What to do against that; empty where there is nothing to do.</param>
/// <param name="Sealed">Utterances by their keys; none where it is damaged.</param>
/// <param name="KeySource">Where keys are from; null where none are given.</param>
internal sealed record StoreCondition(
    string? Kind,
    string? Damage,
    string? Exposure,
    string Advice,
    IReadOnlyList<SealedCount> Sealed,
    string? KeySource);
