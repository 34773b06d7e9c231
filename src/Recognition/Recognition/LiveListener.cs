using Speaker.Audio;
using Speaker.Audio.Utterances;
using Speaker.Inference;

namespace Speaker.Recognition;

/// <summary>
/// From sound to an embedding while it comes: what a look costs is the sound since the last one, whatever came before.
/// Not thread safe.
/// </summary>
internal sealed class LiveListener(
    VoiceEncoder encoder, UtteranceOptions options, EmbeddingConclusion conclusion, int threads)
{
    private readonly UtteranceStream _stream = new(encoder.Card.FrontEnd, options);
    private readonly PiecewiseEmbedding _embedding = new(encoder, threads);

    /// <summary>Speech that has to come before everything is embedded anew. What comes in between changes a decision less
    /// than it costs.</summary>
    private const double StepSeconds = 0.5;

    private LiveHearing? _heard;

    /// <param name="samples">What follows, 16 kHz mono, finite.</param>
    public void Push(ReadOnlySpan<float> samples)
    {
        _stream.Push(samples);
        _embedding.Add(_stream.Take(out var isSpeech), isSpeech);
    }

    /// <summary>What was pushed so far.</summary>
    /// <param name="totalSeconds">Length of the sound.</param>
    public LiveHearing Hear(double totalSeconds)
    {
        if (_heard is not { Whole.IsUsable: true } heard
            || _stream.SpeechSeconds >= heard.Whole.SpeechSeconds + StepSeconds)
        {
            float[]? window = null;
            var whole = conclusion.Of(_stream.Summarise(totalSeconds), options, () =>
            {
                (var embedding, window) = _embedding.Embed();
                return (embedding!, null);
            });
            _heard = heard = new LiveHearing(whole, window);
        }

        return heard with
        {
            TotalSeconds = totalSeconds, SpeechSeconds = _stream.SpeechSeconds, IsSpeech = _stream.IsSpeech,
        };
    }
}
