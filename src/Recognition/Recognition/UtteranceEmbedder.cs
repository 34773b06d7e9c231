using Speaker.Options;
using Microsoft.Extensions.Options;
using Speaker.Audio;
using Speaker.Audio.Files;
using Speaker.Audio.Utterances;
using Speaker.Inference;
using Speaker.Scoring;

namespace Speaker.Recognition;

/// <summary>
/// The one way from sound to an embedding, whatever door the sound came in by: the same reader, front end and encoder
/// for files, the inbox and the microphone. Sound of any length goes through it segment by segment, in the memory of one
/// segment.
/// </summary>
/// <remarks>Not thread safe: the reader reuses its buffers.</remarks>
internal sealed class UtteranceEmbedder
{
    private readonly VoiceEncoder _encoder;
    private readonly UtteranceReader _reader;

    public UtteranceEmbedder(VoiceEncoder encoder, IOptions<UtteranceSettings> settings)
    {
        _encoder = encoder;
        _reader = encoder.CreateReader(
            new UtteranceOptions
            {
                MinimumSpeechSeconds = settings.Value.MinimumSpeechSeconds,
                MaximumClippedFraction = settings.Value.MaximumClippedFraction,
                MinimumSignalToNoise = settings.Value.MinimumSignalToNoise,
            });
    }

    /// <summary>SHA-256 of the encoder, which every voiceprint carries.</summary>
    public string ModelHash => _encoder.Hash;

    /// <summary>How embeddings of this encoder are held against each other.</summary>
    public Scorer Scorer => _encoder.Scorer;

    /// <param name="progress">Told after every segment but the last.</param>
    /// <exception cref="AudioException">The file cannot be read as sound.</exception>
    public EmbeddingResult Embed(
        string path, IProgress<ListeningProgress>? progress, CancellationToken cancellationToken)
    {
        var heard = Heard.Nothing;
        foreach (var segment in _reader.ReadSegments(path, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            heard = Add(heard, segment.Result);
            if (!segment.IsLast)
            {
                progress?.Report(new ListeningProgress(segment.EndSeconds, segment.RecordingSeconds));
            }
        }

        return Conclude(heard);
    }

    /// <param name="samples">16 kHz mono, -1 to 1.</param>
    public EmbeddingResult Embed(ReadOnlySpan<float> samples)
    {
        var sound = Begin();
        while (!samples.IsEmpty)
        {
            var block = samples[..Math.Min(AudioFile.SampleRate, samples.Length)];
            sound.Append(block);
            samples = samples[block.Length..];
        }

        return sound.Embed();
    }

    /// <summary>Sound that is still to come.</summary>
    public GrowingSound Begin() => new(this);

    private Heard Add(Heard heard, UtteranceResult segment)
    {
        var summary = heard.Summary.Add(segment);
        if (segment is not Utterance { Features: var features })
        {
            return heard with { Summary = summary };
        }

        return new Heard(
            summary,
            heard.Embedding.Add(_encoder.Embed(features), features.Frames),
            heard.Voices.Add(features, _reader.Specification));
    }

    private EmbeddingResult Conclude(Heard heard) => heard.Summary.Judge(_reader.Options) is { } refusal
        ? new NotEmbedded(refusal.Message, refusal.TotalSeconds, refusal.SpeechSeconds)
        : new Embedded(
            heard.Embedding.ToEmbedding(), heard.Summary.TotalSeconds, heard.Summary.SpeechSeconds,
            heard.Summary.Quality, heard.Voices.Measure(_encoder));

    private sealed record Heard(RecordingSummary Summary, EmbeddingMean Embedding, VoiceChange Voices)
    {
        public static Heard Nothing { get; } = new(RecordingSummary.Empty, EmbeddingMean.Empty, VoiceChange.Empty);
    }

    /// <summary>
    /// Sound that comes block by block and can be embedded at any time, as a file with all of it would be: what is
    /// complete as a segment was embedded when it was, only the rest is listened to again.
    /// </summary>
    public sealed class GrowingSound
    {
        private readonly UtteranceEmbedder _embedder;
        private readonly SegmentCutter _cutter;
        private Heard _complete = Heard.Nothing;

        internal GrowingSound(UtteranceEmbedder embedder)
        {
            _embedder = embedder;
            _cutter = new SegmentCutter(embedder._reader.Specification);
        }

        /// <summary>What was appended.</summary>
        public double Seconds => (double)_cutter.Length / AudioFile.SampleRate;

        /// <param name="block">16 kHz mono, -1 to 1; any length.</param>
        public void Append(ReadOnlySpan<float> block)
        {
            _cutter.Append(block);
            while (_cutter.TryTake(out var segment))
            {
                _complete = _embedder.Add(_complete, _embedder._reader.Listen(segment));
            }
        }

        /// <summary>The embedding of everything so far.</summary>
        public EmbeddingResult Embed() =>
            _embedder.Conclude(
                _embedder.Add(_complete, _embedder._reader.Listen(_cutter.Rest)));
    }
}
