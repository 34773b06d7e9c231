namespace Speaker;

/// <summary>
/// Where voiceprints are kept. Every utterance is kept for itself and carries the hash of the model that made it:
/// embeddings of two models never meet. Implement it to keep them elsewhere than in the SQLite file that is the default.
/// </summary>
/// <remarks>May be called from any number of threads at once.</remarks>
public interface IVoiceprintStore
{
    /// <summary>The utterances of one speaker in the order of their enrolment; none where the speaker is
    /// unknown.</summary>
    /// <param name="speaker">The name.</param>
    /// <param name="modelHash">The model in use.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="StoreException">The store holds voiceprints of another model, is damaged or cannot be
    /// read.</exception>
    Task<IReadOnlyList<StoredUtterance>> GetUtterancesAsync(
        string speaker, string modelHash, CancellationToken cancellationToken);

    /// <summary>The utterances of everybody, by name.</summary>
    /// <param name="modelHash">The model in use.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="StoreException">As <see cref="GetUtterancesAsync"/>.</exception>
    Task<IReadOnlyDictionary<string, IReadOnlyList<StoredUtterance>>> GetAllUtterancesAsync(
        string modelHash, CancellationToken cancellationToken);

    /// <summary>
    /// Adds utterances to a speaker in one transaction: all or none of them are there afterwards, durably, with the
    /// consent beside the name. What <paramref name="choose"/> sees as already enrolled cannot change before the
    /// transaction ends.
    /// </summary>
    /// <param name="speaker">A name that is not known begins a new speaker.</param>
    /// <param name="modelHash">The model that made the embeddings.</param>
    /// <param name="consent">What the speaker consented to, kept with the time; null leaves what is noted as it
    /// is.</param>
    /// <param name="choose">From the speaker's utterances to those to be added; called once, computes for a moment. What
    /// it throws ends the transaction, and nothing is added.</param>
    /// <param name="cancellationToken">Stops the waiting, and until the transaction is committed the enrolment.</param>
    /// <exception cref="StoreException">As <see cref="GetUtterancesAsync"/>; or the store is full, in use for too long
    /// or cannot be written. Nothing was added.</exception>
    Task AddAsync(
        string speaker,
        string modelHash,
        string? consent,
        Func<IReadOnlyList<StoredUtterance>, IReadOnlyList<StoredUtterance>> choose,
        CancellationToken cancellationToken);

    /// <summary>Removes a speaker with every utterance; nothing of them may stay behind in the store.</summary>
    /// <param name="speaker">The name.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>False where there was no such speaker.</returns>
    /// <exception cref="StoreException">The store is in use for too long, damaged or cannot be written.</exception>
    Task<bool> RemoveAsync(string speaker, CancellationToken cancellationToken);

    /// <summary>Everybody who is enrolled, by name; needs no model.</summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="StoreException">The store is damaged or cannot be read.</exception>
    Task<IReadOnlyList<EnrolledSpeaker>> ListAsync(CancellationToken cancellationToken);
}
