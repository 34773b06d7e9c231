using System.Collections.Concurrent;
using NAudio.Wave;
using Speaker.Audio;
using Speaker.Audio.Files;
using Speaker.Audio.Fingerprints;
using Speaker.Audio.Quality;
using Speaker.Audio.Utterances;
using Speaker.Inference;

namespace Speaker.Recognition;

/// <summary>
/// The one way from sound to an embedding, whatever door the sound came in by: the same reader, front end and encoder
/// for files, the inbox and the microphone. Sound of any length goes through it segment by segment, in the memory of one
/// segment.
/// </summary>
/// <remarks>
/// Thread safe: readers, which are not, come from a pool. As many recordings as the options say are worked on at a time;
/// the others wait without a thread.
/// </remarks>
#pragma warning disable CA1001 // the semaphore has nothing to release: nobody asks for its wait handle
internal sealed partial class RecordingEmbedder
#pragma warning restore CA1001
{
    private readonly VoiceEncoder _encoder;
    private readonly UtteranceOptions _utterance;
    private readonly AudioFileOptions _files;
    private readonly EmbeddingConclusion _conclusion;
    private readonly SemaphoreSlim _places;
    private readonly int _threads;
    private readonly ConcurrentBag<UtteranceReader> _readers = [];

    public RecordingEmbedder(VoiceEncoder encoder, SpeakerOptions options)
    {
        _encoder = encoder;
        _utterance = options.Utterance;
        _files = options.Audio;
        _conclusion = new EmbeddingConclusion(encoder, new QualityReview(options.Quality));
        _threads = options.Inference.Threads;
        Concurrency = options.Inference.Concurrency > 0 ? options.Inference.Concurrency : Environment.ProcessorCount;
        _places = new SemaphoreSlim(Concurrency);
        // Made now, so that options out of their bounds end the program's start and not its first answer.
        _readers.Add(encoder.CreateReader(_utterance));
    }

    /// <summary>Recordings that are worked on at a time.</summary>
    public int Concurrency { get; }

    /// <summary>Listens to a recording and embeds it, on the thread pool.</summary>
    /// <exception cref="AudioException">It cannot be read as sound.</exception>
    public Task<EmbeddingResult> EmbedAsync(AudioInput recording, CancellationToken cancellationToken) =>
        EmbedAsync(recording, withFingerprint: false, cancellationToken);

    /// <summary>As the other.</summary>
    /// <param name="recording">Of any length.</param>
    /// <param name="withFingerprint">Whether copies of it are to be known.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="AudioException">It cannot be read as sound.</exception>
    public Task<EmbeddingResult> EmbedAsync(
        AudioInput recording, bool withFingerprint, CancellationToken cancellationToken) =>
        EmbedAsync(recording, withFingerprint, copies: null, cancellationToken);

    /// <summary>As <see cref="EmbedAsync(AudioInput, CancellationToken)"/>, of several side by side; the first that fails ends
    /// them all.</summary>
    /// <param name="recordings">Any number.</param>
    /// <param name="withFingerprints">Whether copies of them are to be known later.</param>
    /// <param name="copies">Where to copy what is listened to; null: nowhere.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<IReadOnlyList<EmbeddingResult>> EmbedAllAsync(
        IReadOnlyList<AudioInput> recordings,
        bool withFingerprints,
        SoundCopies? copies,
        CancellationToken cancellationToken)
    {
        var results = new EmbeddingResult[recordings.Count];
        await Parallel.ForAsync(
            0, recordings.Count,
            new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken },
            async (i, token) => results[i] = await EmbedAsync(recordings[i], withFingerprints, copies, token)
                .ConfigureAwait(false))
            .ConfigureAwait(false);
        return results;
    }

    /// <summary>Sound that is still to come.</summary>
    /// <param name="withFingerprint">Whether copies of it are to be known.</param>
    public GrowingSound Begin(bool withFingerprint = false) => new(this, withFingerprint);

    /// <summary>Works on the thread pool, when there is a place.</summary>
    private async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        using (RecognitionActivity.Wait())
        {
            await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            return await Task.Run(work, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task<EmbeddingResult> EmbedAsync(
        AudioInput recording, bool withFingerprint, SoundCopies? copies, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(recording);
        using var fetched = await recording.FetchAsync(cancellationToken).ConfigureAwait(false);
        return await RunAsync(
            () => Embed(recording, fetched, withFingerprint, copies, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    private EmbeddingResult Embed(
        AudioInput recording,
        TemporaryCopy? fetched,
        bool withFingerprint,
        SoundCopies? copies,
        CancellationToken cancellationToken)
    {
        using var activity = RecognitionActivity.Embed();
        try
        {
            using var sound = recording.Open(fetched, _files, cancellationToken);
            var copy = copies?.Begin();
            var samples = copy?.Through(sound.Samples) ?? sound.Samples;
            var tap = withFingerprint ? new FingerprintTap(samples) : null;
            var result = WithReader(reader => Embed(
                reader, sound with { Samples = tap ?? samples }, UtteranceOf(recording), recording.Progress,
                cancellationToken));
            activity?.Conclude(result);
            return result with { Fingerprint = tap?.ToFingerprint(), Copy = copy };
        }
        catch (AudioException exception) when (fetched is not null)
        {
            throw fetched.Renamed(exception);
        }
    }

    private UtteranceOptions UtteranceOf(AudioInput recording) => recording.MaximumSeconds < _utterance.MaximumSeconds
        ? _utterance with { MaximumSeconds = recording.MaximumSeconds }
        : _utterance;

    private EmbeddingResult Embed(
        UtteranceReader reader,
        OpenAudio sound,
        UtteranceOptions utterance,
        IProgress<ListeningProgress>? progress,
        CancellationToken cancellationToken)
    {
        var heard = Heard.Nothing;
        foreach (var segment in reader.ReadSegments(
            sound.Samples, sound.ClaimedSeconds, utterance.MaximumSeconds, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            heard = Add(heard, segment.Result, reader);
            if (!segment.IsLast)
            {
                progress?.Report(new ListeningProgress(segment.EndSeconds, segment.RecordingSeconds));
            }
        }

        return Conclude(heard with { Summary = heard.Summary.Add(sound.Notes) }, utterance);
    }

    private T WithReader<T>(Func<UtteranceReader, T> use)
    {
        var reader = _readers.TryTake(out var rested) ? rested : _encoder.CreateReader(_utterance);
        try
        {
            return use(reader);
        }
        finally
        {
            _readers.Add(reader);
        }
    }

    private Heard Add(Heard heard, UtteranceResult segment, UtteranceReader reader)
    {
        var summary = heard.Summary.Add(segment);
        if (segment is not Utterance { Features: var features })
        {
            return heard with { Summary = summary };
        }

        return new Heard(
            summary,
            heard.Embedding.Add(_encoder.Embed(features, _threads), features.Frames),
            heard.Voices.Add(features, reader.Specification));
    }

    private EmbeddingResult Conclude(Heard heard, UtteranceOptions utterance) => _conclusion.Of(
        heard.Summary, utterance, () => (heard.Embedding.ToEmbedding(), heard.Voices.Measure(_encoder)));

    private sealed record Heard(RecordingSummary Summary, EmbeddingMean Embedding, VoiceChange Voices)
    {
        public static Heard Nothing { get; } = new(RecordingSummary.Empty, EmbeddingMean.Empty, VoiceChange.Empty);
    }
}
