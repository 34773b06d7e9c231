using Speaker.Audio;

namespace Speaker;

/// <summary>
/// Recognises speakers: enrols them, verifies that a recording is one of them, finds out which one it is.
/// </summary>
/// <remarks>
/// May be called from any number of threads at once. Recordings are worked on on the thread pool, as many at a time as
/// <see cref="InferenceOptions.Concurrency"/> says; further calls wait without a thread. Results and not exceptions say
/// what is to be expected: an unknown speaker, silence, a recording that is too short.
/// </remarks>
public interface ISpeakerRecognizer
{
    /// <summary>SHA-256 of the model, lower-case hex, that every voiceprint and every result carries.</summary>
    string ModelHash { get; }

    /// <summary>As the other, for one recording.</summary>
    /// <param name="speaker">A name that is not known begins a new speaker.</param>
    /// <param name="recording">Of this one voice.</param>
    /// <param name="consent">What the speaker consented to, kept with the time beside the name; null notes
    /// nothing.</param>
    /// <param name="cancellationToken">Stops the enrolment until it is committed; then nothing is enrolled.</param>
    /// <returns>The verdict, and where it leaves the speaker.</returns>
    /// <exception cref="ArgumentException">As there.</exception>
    /// <exception cref="AudioException">As there.</exception>
    /// <exception cref="StoreException">As there.</exception>
    Task<EnrolmentResult> EnrollAsync(
        string speaker, AudioInput recording, string? consent = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Adds recordings to a speaker, all in one transaction. One that cannot be used is refused with the reason, and
    /// the others are added. Recordings of several voices are refused together, and so are those that are unlike the
    /// speaker's others.
    /// </summary>
    /// <param name="speaker">A name that is not known begins a new speaker.</param>
    /// <param name="recordings">Of this one voice; other days, rooms and microphones make a better voiceprint.</param>
    /// <param name="consent">What the speaker consented to, kept with the time beside the name; null notes
    /// nothing.</param>
    /// <param name="cancellationToken">Stops the enrolment until it is committed; then nothing is enrolled.</param>
    /// <returns>The verdict on each recording, and where they leave the speaker.</returns>
    /// <exception cref="ArgumentException">
    /// The name is blank, longer than 128 characters, begins or ends with a space, begins with a dot, or has a slash or
    /// a control character in it.
    /// </exception>
    /// <exception cref="AudioException">A recording cannot be read; nothing was enrolled.</exception>
    /// <exception cref="StoreException">The store is of another model, damaged, full or not to be opened; nothing was
    /// enrolled.</exception>
    Task<EnrolmentResult> EnrollAsync(
        string speaker,
        IReadOnlyList<AudioInput> recordings,
        string? consent = null,
        CancellationToken cancellationToken = default);

    /// <summary>As the other, with what is refused otherwise.</summary>
    /// <param name="speaker">A name that is not known begins a new speaker.</param>
    /// <param name="recordings">Of this one voice.</param>
    /// <param name="request">What is noted with them, and what is allowed.</param>
    /// <param name="cancellationToken">Stops the enrolment until it is committed; then nothing is enrolled.</param>
    /// <returns>As there.</returns>
    /// <exception cref="ArgumentException">As there; or the note is blank.</exception>
    /// <exception cref="AudioException">As there.</exception>
    /// <exception cref="StoreException">As there.</exception>
    Task<EnrolmentResult> EnrollAsync(
        string speaker,
        IReadOnlyList<AudioInput> recordings,
        EnrolmentRequest request,
        CancellationToken cancellationToken = default);

    /// <summary>Is this recording the speaker who enrolled under a name?</summary>
    /// <param name="speaker">The name that is claimed.</param>
    /// <param name="recording">The voice that claims it.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The decision; <see cref="Outcome.Inconclusive"/> where the speaker is unknown or the recording cannot
    /// be used.</returns>
    /// <exception cref="AudioException">The recording cannot be read.</exception>
    /// <exception cref="StoreException">The store is of another model, damaged or not to be opened.</exception>
    /// <exception cref="ModelException">The model card has no threshold for the false-accept rate asked
    /// for.</exception>
    Task<Decision> VerifyAsync(string speaker, AudioInput recording, CancellationToken cancellationToken = default);

    /// <summary>Which enrolled speaker is this, or nobody?</summary>
    /// <param name="recording">The voice.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The decision with the nearest speakers; <see cref="Outcome.Inconclusive"/> where nobody is enrolled, two
    /// are about equally near or the recording cannot be used.</returns>
    /// <exception cref="AudioException">As <see cref="VerifyAsync"/>.</exception>
    /// <exception cref="StoreException">As <see cref="VerifyAsync"/>.</exception>
    /// <exception cref="ModelException">As <see cref="VerifyAsync"/>.</exception>
    Task<Decision> IdentifyAsync(AudioInput recording, CancellationToken cancellationToken = default);

    /// <summary>Are these two recordings of the same voice? Nothing is stored.</summary>
    /// <param name="first">One voice.</param>
    /// <param name="second">The other; seconds, quality and warnings of the decision are of this one.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The decision at the threshold of <see cref="SpeakerOptions.Verification"/>; <see
    /// cref="Outcome.Inconclusive"/> where one of them cannot be used.</returns>
    /// <exception cref="AudioException">As <see cref="VerifyAsync"/>.</exception>
    /// <exception cref="ModelException">As <see cref="VerifyAsync"/>.</exception>
    Task<Decision> CompareAsync(AudioInput first, AudioInput second, CancellationToken cancellationToken = default);

    /// <summary>The voice in a recording as a vector.</summary>
    /// <param name="recording">The voice.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The embedding, or why there is none.</returns>
    /// <exception cref="AudioException">The recording cannot be read.</exception>
    Task<EmbeddingResult> EmbedAsync(AudioInput recording, CancellationToken cancellationToken = default);

    /// <summary>The voices in several recordings as vectors, worked on side by side.</summary>
    /// <param name="recordings">The voices.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>An embedding for each, or why there is none, in the order given.</returns>
    /// <exception cref="AudioException">A recording cannot be read; the others are given up.</exception>
    Task<IReadOnlyList<EmbeddingResult>> EmbedAsync(
        IReadOnlyList<AudioInput> recordings, CancellationToken cancellationToken = default);

    /// <summary>How far two embeddings of this model are apart, as the thresholds of its card mean it.</summary>
    /// <param name="first">[D], of any length but zero.</param>
    /// <param name="second">[D], of any length but zero.</param>
    /// <returns>See <see cref="Decision.Distance"/>: not 1 − cosine where the model has a cohort.</returns>
    /// <exception cref="ArgumentException">An embedding has not the dimension of the model's.</exception>
    double Distance(float[] first, float[] second);

    /// <summary>Begins to verify sound that is still to come: from a microphone, a call, a web socket.</summary>
    /// <param name="speaker">The name that is claimed.</param>
    /// <param name="request">What will come; null: blocks at 16 kHz.</param>
    /// <param name="cancellationToken">Stops the waiting for the store.</param>
    /// <returns>A session that blocks are pushed into, and asked for the decision so far. Of a speaker who is unknown
    /// every decision says so.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A rate out of its range.</exception>
    /// <exception cref="StoreException">As <see cref="VerifyAsync"/>.</exception>
    /// <exception cref="ModelException">As <see cref="VerifyAsync"/>.</exception>
    Task<LiveSession> StartLiveAsync(
        string speaker, LiveRequest? request = null, CancellationToken cancellationToken = default);

    /// <summary>Removes a speaker with every voiceprint; no byte of them stays in the store.</summary>
    /// <param name="speaker">The name.</param>
    /// <param name="cancellationToken">Stops the waiting for the store.</param>
    /// <returns>False where there was no such speaker.</returns>
    /// <exception cref="StoreException">The store is in use for too long, damaged or cannot be written.</exception>
    Task<bool> RemoveAsync(string speaker, CancellationToken cancellationToken = default);

    /// <summary>Everybody who is enrolled, by name.</summary>
    /// <param name="cancellationToken">Stops the waiting for the store.</param>
    /// <exception cref="StoreException">The store is damaged or cannot be read.</exception>
    Task<IReadOnlyList<EnrolledSpeaker>> ListAsync(CancellationToken cancellationToken = default);
}
