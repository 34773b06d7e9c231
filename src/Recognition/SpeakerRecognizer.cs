using System.Globalization;
using Microsoft.Extensions.Options;
using Speaker.Audio;
using Speaker.Audio.Files;
using Speaker.Audio.Fingerprints;
using Speaker.Audio.Validation;
using Speaker.Enrolment;
using Speaker.Enrolment.Audit;
using Speaker.Enrolment.Sqlite;
using Speaker.Inference;
using Speaker.Recognition;
using Speaker.Replay;
using Speaker.Scoring;
using Speaker.Search;

namespace Speaker;

/// <summary>
/// Recognises speakers with one model and one store. Open one and keep it: loading the model takes a fraction of a
/// second, and one serves any number of threads.
/// </summary>
public sealed class SpeakerRecognizer : ISpeakerRecognizer
{
    private readonly RecordingEmbedder _embedder;
    private readonly Enroller _enroller;
    private readonly IVoiceprintStore _store;
    private readonly Verifier _verifier;
    private readonly Identifier _identifier;
    private readonly bool _recordsDecisions;
    private readonly int _bytesFrom;
    private readonly Gallery _gallery;
    private readonly Func<ReplayGuard?> _beginReplays;
    private readonly ReplayGuard? _replays;

    internal SpeakerRecognizer(
        VoiceEncoder encoder, IVoiceprintStore store, SpeakerOptions options, TimeProvider time)
    {
        Encoder = encoder;
        _store = store;
        _recordsDecisions = options.Audit.Decisions;
        _embedder = new RecordingEmbedder(encoder, options);
        var thresholds = new DecisionThresholds(encoder);
        _enroller = new Enroller(encoder, thresholds, options.Enrolment);
        _verifier = new Verifier(encoder.Scorer, thresholds, options.Verification);
        _identifier = new Identifier(encoder.Scorer, thresholds, options.Identification);
        _bytesFrom = options.Identification.BytesFrom;
        _gallery = GalleryOf(store);
        _beginReplays = () => options.Replay.Enabled == true ? new ReplayGuard(options.Replay, time) : null;
        _replays = _beginReplays();
    }

    private SpeakerRecognizer(SpeakerRecognizer other, IVoiceprintStore store)
    {
        Encoder = other.Encoder;
        _store = store;
        _embedder = other._embedder;
        _enroller = other._enroller;
        _verifier = other._verifier;
        _identifier = other._identifier;
        _recordsDecisions = other._recordsDecisions;
        _bytesFrom = other._bytesFrom;
        _gallery = GalleryOf(store);
        _beginReplays = other._beginReplays;
        _replays = _beginReplays();
    }

    /// <inheritdoc />
    public string ModelHash => Encoder.Hash;

    internal VoiceEncoder Encoder { get; }

    /// <summary>Opens a recogniser without a container.</summary>
    /// <param name="options">Null: the encoder inside this package, and the store in the user's data directory.</param>
    /// <param name="store">Where voiceprints are kept; null: the SQLite file of <see cref="SpeakerOptions.Store"/>.</param>
    /// <exception cref="OptionsValidationException">An option is out of its bounds; the message names every one that is,
    /// with its value and its bound.</exception>
    /// <exception cref="ModelException">The model is not there or damaged; the message names the file.</exception>
    public static SpeakerRecognizer Open(SpeakerOptions? options = null, IVoiceprintStore? store = null)
    {
        options = new SpeakerOptionsValidator().Require(options ?? new SpeakerOptions());
        return new SpeakerRecognizer(
            VoiceEncoder.Load(options.Model.Path),
            store ?? new SqliteVoiceprintStore(options.Store, TimeProvider.System, options.Protection), options,
            TimeProvider.System);
    }

    /// <summary>Opens a recogniser with a model of your own, and everything else as it is by default.</summary>
    /// <param name="modelPath">As <see cref="ModelOptions.Path"/>.</param>
    /// <exception cref="ModelException">The model is not there or damaged; the message names the file.</exception>
    public static SpeakerRecognizer Open(string modelPath)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(modelPath);
        return Open(new SpeakerOptions { Model = { Path = modelPath } });
    }

    /// <inheritdoc />
    public Task<EnrolmentResult> EnrollAsync(
        string speaker, AudioInput recording, string? consent = null, CancellationToken cancellationToken = default) =>
        EnrollAsync(speaker, [recording], consent, cancellationToken);

    /// <inheritdoc />
    public Task<EnrolmentResult> EnrollAsync(
        string speaker,
        IReadOnlyList<AudioInput> recordings,
        string? consent = null,
        CancellationToken cancellationToken = default) =>
        EnrollAsync(speaker, recordings, new EnrolmentRequest { Consent = consent }, cancellationToken);

    /// <inheritdoc />
    public async Task<EnrolmentResult> EnrollAsync(
        string speaker,
        IReadOnlyList<AudioInput> recordings,
        EnrolmentRequest request,
        CancellationToken cancellationToken = default)
    {
        speaker = SpeakerName.Checked(speaker);
        ArgumentNullException.ThrowIfNull(recordings);
        ArgumentNullException.ThrowIfNull(request);
        if (request.ForceNote is { } note && string.IsNullOrWhiteSpace(note))
        {
            throw new ArgumentException(
                "the note of a forced enrolment is blank: say why these recordings belong together", nameof(request));
        }

        using var copies = (_store as IEditableStore)?.BeginCopies();
        var samples = await _embedder.EmbedAllAsync(recordings, withFingerprints: true, copies, cancellationToken)
            .ConfigureAwait(false);
        return await _enroller.EnrollAsync(
            _store, _gallery, speaker, ModelHash, [.. recordings.Select(recording => recording.Name)], samples, request,
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public Task<Decision> VerifyAsync(
        string speaker, AudioInput recording, CancellationToken cancellationToken = default) =>
        VerifyAsync(speaker, recording, _ => true, cancellationToken);

    /// <summary>As the other.</summary>
    /// <param name="speaker">As there.</param>
    /// <param name="recording">As there.</param>
    /// <param name="isAnswered">Whether the caller gets to know the decision.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    internal async Task<Decision> VerifyAsync(
        string speaker, AudioInput recording, Func<Decision, bool> isAnswered, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(speaker);
        ArgumentNullException.ThrowIfNull(recording);
        speaker = SpeakerName.Normalise(speaker);
        var threshold = _verifier.Threshold();
        var voiceprint = await VoiceprintOfAsync(speaker, cancellationToken).ConfigureAwait(false);
        var sample = voiceprint is null
            ? Unheard()
            : await _embedder.EmbedAsync(recording, _replays is not null, cancellationToken).ConfigureAwait(false);
        var answer = await UnlessReplayedAsync(
            _verifier.Decide(speaker, voiceprint, sample, threshold), sample, isAnswered, cancellationToken)
            .ConfigureAwait(false);
        return await RecordedAsync(AuditAction.Verify, speaker, answer, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async Task<Decision> IdentifyAsync(AudioInput recording, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(recording);
        var threshold = _identifier.Threshold();
        var gallery = await _gallery.GetAsync(cancellationToken).ConfigureAwait(false);
        var sample = gallery.Speakers == 0
            ? Unheard()
            : await _embedder.EmbedAsync(recording, _replays is not null, cancellationToken).ConfigureAwait(false);
        return await FoundAsync(
            _identifier.Decide(gallery, sample, threshold, cancellationToken), sample, _ => true, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async Task<Decision> CompareAsync(
        AudioInput first, AudioInput second, CancellationToken cancellationToken = default)
    {
        var threshold = _verifier.Threshold();
        var samples = await _embedder.EmbedAllAsync(
            [first, second], withFingerprints: false, copies: null, cancellationToken).ConfigureAwait(false);
        if (Array.FindIndex([.. samples], sample => !sample.IsUsable) is var refused and >= 0)
        {
            var name = refused == 0 ? first.Name : second.Name;
            return Verifier.Of(samples[refused], threshold) with { Message = $"{name}: {samples[refused].Message}" };
        }

        return _verifier.Decide(null, _verifier.SideOf(samples[0]), samples[1], threshold);
    }

    /// <inheritdoc />
    public Task<EmbeddingResult> EmbedAsync(AudioInput recording, CancellationToken cancellationToken = default) =>
        _embedder.EmbedAsync(recording, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<EmbeddingResult>> EmbedAsync(
        IReadOnlyList<AudioInput> recordings, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(recordings);
        return _embedder.EmbedAllAsync(recordings, withFingerprints: false, copies: null, cancellationToken);
    }

    /// <inheritdoc />
    public double Distance(float[] first, float[] second)
    {
        CheckDimension(first);
        CheckDimension(second);
        return Encoder.Scorer.Distance(first, second);
    }

    /// <inheritdoc />
    public async Task<LiveSession> StartLiveAsync(
        string speaker, LiveRequest? request = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(speaker);
        speaker = SpeakerName.Normalise(speaker);
        request ??= new LiveRequest();
        ArgumentOutOfRangeException.ThrowIfLessThan(request.SampleRate, AudioFile.LowestRate);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(request.SampleRate, AudioFile.HighestRate);
        var judge = new LiveJudge(
            speaker, await VoiceprintOfAsync(speaker, cancellationToken).ConfigureAwait(false), _verifier,
            _verifier.Threshold(), request.Early ? Encoder.Card.Live : null);
        return new LiveSession(
            judge, _embedder.Begin(_replays is not null), request.SampleRate, ConcludeAsync);

        async Task<Decision> ConcludeAsync(
            Decision answer, AudioFingerprint? heard, object session, CancellationToken token)
        {
            // A session whose sound was accepted may be asked again as it grows; that is not the sound come again.
            var judged = await UnlessReplayedAsync(answer, heard, isAnswered: true, session, token).ConfigureAwait(false);
            // Before there is sound a door asks whether somebody is enrolled.
            return judged.TotalSeconds > 0
                ? await RecordedAsync(AuditAction.Verify, speaker, judged, token).ConfigureAwait(false)
                : judged;
        }
    }

    /// <inheritdoc />
    public async Task<bool> RemoveAsync(string speaker, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(speaker);
        speaker = SpeakerName.Normalise(speaker);
        var removed = await _store.RemoveAsync(speaker, cancellationToken).ConfigureAwait(false);
        _replays?.Forget(speaker);
        return removed;
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<EnrolledSpeaker>> ListAsync(CancellationToken cancellationToken = default) =>
        _store.ListAsync(cancellationToken);

    /// <summary>One with another store, and everything else of this one: the model, and the places of those who listen.</summary>
    internal SpeakerRecognizer With(IVoiceprintStore store) => new(this, store);

    /// <summary>The enrolled side of trials; null where nobody is enrolled under that name.</summary>
    /// <exception cref="StoreException">The store is of another model, damaged or cannot be read.</exception>
    internal async Task<TrialSide?> VoiceprintOfAsync(string speaker, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(speaker);
        return _verifier.VoiceprintOf(
            await _store.GetUtterancesAsync(
                SpeakerName.Normalise(speaker), ModelHash, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>As <see cref="IdentifyAsync"/>, among some of those who are enrolled.</summary>
    /// <param name="speakers">Their names; those of nobody are passed over.</param>
    /// <param name="recording">The voice.</param>
    /// <param name="isAnswered">Whether the caller gets to know the decision.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The decision, and the trial of each of them; none where the recording cannot be used.</returns>
    /// <exception cref="StoreException">As there.</exception>
    internal async Task<(Decision Decision, IReadOnlyList<Decision> Trials)> IdentifyAmongAsync(
        IEnumerable<string> speakers,
        AudioInput recording,
        Func<Decision, bool> isAnswered,
        CancellationToken cancellationToken)
    {
        var (identification, verification) = (_identifier.Threshold(), _verifier.Threshold());
        var known = new List<(string Speaker, TrialSide? Voiceprint)>();
        foreach (var name in speakers.Select(SpeakerName.Normalise).Distinct(StringComparer.Ordinal))
        {
            if (await VoiceprintOfAsync(name, cancellationToken).ConfigureAwait(false) is { } voiceprint)
            {
                known.Add((name, voiceprint));
            }
        }

        var among = new GalleryIndex(Encoder.Scorer, Encoder.Card.Encoder.Dimension, _bytesFrom);
        among.Apply(known);

        var sample = known.Count == 0
            ? Unheard()
            : await _embedder.EmbedAsync(recording, _replays is not null, cancellationToken).ConfigureAwait(false);
        return (
            await FoundAsync(
                _identifier.Decide(among, sample, identification, cancellationToken), sample, isAnswered,
                cancellationToken).ConfigureAwait(false),
            sample.IsUsable
                ? [.. known.Select(side => _verifier.Decide(side.Speaker, side.Voiceprint, sample, verification))]
                : []);
    }

    /// <summary>Decides a trial whose sides are in others too.</summary>
    internal Decision Decide(string speaker, TrialSide? voiceprint, EmbeddingResult sample) =>
        _verifier.Decide(speaker, voiceprint, sample, _verifier.Threshold());

    /// <summary>What an identification answers.</summary>
    private async Task<Decision> FoundAsync(
        Decision found, EmbeddingResult sample, Func<Decision, bool> isAnswered, CancellationToken cancellationToken)
    {
        var answer = await UnlessReplayedAsync(found, sample, isAnswered, cancellationToken).ConfigureAwait(false);
        // Whose recording was sent again is among the candidates: only who is accepted is named.
        answer = answer.Accepted ? answer : answer with { Speaker = null };
        return await RecordedAsync(AuditAction.Identify, answer.Speaker, answer, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>An answer that is in the audit log, where decisions are kept there.</summary>
    /// <exception cref="StoreException">It cannot be written; nobody gets an answer that is not in the log.</exception>
    private async Task<Decision> RecordedAsync(
        string action, string? speaker, Decision decision, CancellationToken cancellationToken)
    {
        if (_recordsDecisions && _store is IEditableStore store)
        {
            await store.RecordAsync(
                action, speaker,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"outcome={decision.Outcome} reason={decision.Reason} distance={decision.Distance:0.0000} " +
                    $"threshold={decision.Threshold:0.0000}"),
                cancellationToken).ConfigureAwait(false);
        }

        return decision;
    }

    /// <summary>The answer, or that the recording is one of the claimed or found speaker's that was heard before.</summary>
    private Task<Decision> UnlessReplayedAsync(
        Decision answer, EmbeddingResult sample, Func<Decision, bool> isAnswered, CancellationToken cancellationToken) =>
        UnlessReplayedAsync(
            answer, sample.IsUsable ? sample.Fingerprint : null, isAnswered(answer), owner: null, cancellationToken);

    /// <summary>As the other.</summary>
    /// <param name="answer">What the voice gave.</param>
    /// <param name="heard">Of the recording; null where it is not used, or nobody is to look for replays.</param>
    /// <param name="isAnswered">Whether the caller gets to know the decision.</param>
    /// <param name="owner">As <see cref="ReplayGuard.Judge"/> takes it.</param>
    /// <param name="cancellationToken">Stops the waiting for the store.</param>
    private async Task<Decision> UnlessReplayedAsync(
        Decision answer, AudioFingerprint? heard, bool isAnswered, object? owner, CancellationToken cancellationToken)
    {
        if (_replays is null || answer.Speaker is not { } speaker || heard is null)
        {
            return answer;
        }

        var enrolled = await OutlinesOfAsync(speaker).ConfigureAwait(false);
        await _replays.FollowAsync(speaker, enrolled, OutlinesOfAsync).ConfigureAwait(false);
        // Who is gone gets no answer, so the sound is not one that was accepted.
        cancellationToken.ThrowIfCancellationRequested();
        return _replays.Judge(answer, speaker, heard, enrolled, isAnswered, owner);

        async Task<IReadOnlyList<byte[]>> OutlinesOfAsync(string name) => _store is IEditableStore store
            ? await store.ReadOutlinesAsync(name, cancellationToken).ConfigureAwait(false)
            : [.. (await _store.GetUtterancesAsync(name, ModelHash, cancellationToken).ConfigureAwait(false))
                .Select(utterance => utterance.Fingerprint).OfType<byte[]>()];
    }

    private EmbeddingResult Unheard() => new() { Reason = Reason.None, ModelHash = ModelHash };

    private Gallery GalleryOf(IVoiceprintStore store) =>
        new(store, Encoder.Scorer, Encoder.Hash, Encoder.Card.Encoder.Dimension, _bytesFrom);

    private void CheckDimension(float[] embedding)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        if (embedding.Length != Encoder.Card.Encoder.Dimension)
        {
            throw new ArgumentException(
                $"an embedding of this model has {Encoder.Card.Encoder.Dimension} dimensions, got one of " +
                $"{embedding.Length}; was it made by another model?");
        }
    }
}
