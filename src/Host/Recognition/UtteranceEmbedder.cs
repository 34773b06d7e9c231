using Microsoft.Extensions.Options;
using Speaker.Audio;
using Speaker.Host.Options;
using Speaker.Model.Encoding;

namespace Speaker.Host.Recognition;

/// <summary>
/// The one way from sound to an embedding, whatever door the sound came in by: the same reader, front end and encoder
/// for files, the inbox and the microphone.
/// </summary>
/// <remarks>Not thread safe: the reader reuses its buffers.</remarks>
public sealed class UtteranceEmbedder
{
    private readonly VoiceEncoder _encoder;
    private readonly UtteranceReader _reader;

    public UtteranceEmbedder(VoiceEncoder encoder, IOptions<UtteranceSettings> settings)
    {
        _encoder = encoder;
        _reader = encoder.CreateReader(
            new UtteranceOptions { MinimumSpeechSeconds = settings.Value.MinimumSpeechSeconds });
    }

    /// <summary>SHA-256 of the encoder, which every voiceprint carries.</summary>
    public string ModelHash => _encoder.Hash;

    /// <exception cref="AudioException">The file cannot be read as sound.</exception>
    public EmbeddingResult Embed(string path, CancellationToken cancellationToken) =>
        Embed(_reader.Read(path, cancellationToken));

    /// <param name="samples">16 kHz mono, -1 to 1.</param>
    public EmbeddingResult Embed(ReadOnlySpan<float> samples) => Embed(_reader.Analyse(samples));

    private EmbeddingResult Embed(UtteranceResult result) => result switch
    {
        Utterance utterance => new Embedded(
            _encoder.Embed(utterance.Features), utterance.TotalSeconds, utterance.SpeechSeconds, utterance.Quality),
        Refusal refusal => new NotEmbedded(refusal.Message, refusal.TotalSeconds, refusal.SpeechSeconds),
        _ => throw new InvalidOperationException($"unknown utterance result {result.GetType().Name}"),
    };
}
