using Speaker.Audio.Features;

namespace Speaker.Inference;

/// <summary>
/// The embedding of speech that is still coming, without going over all of it again. Speech is cut into pieces of
/// 2 s. Each is normalised by the mean of all speech until its end and embedded once; the last
/// one, which still grows, at every call. <see cref="EmbeddingMean"/> joins them. Until the first piece is whole this is
/// the embedding of the utterance so far, and later it is near it: docs/live.md has figures.
/// </summary>
/// <remarks>Depends on the frames alone and not on how many came at a time. Memory and the work of a call are those of
/// one piece. Not thread safe.</remarks>
internal sealed class PiecewiseEmbedding
{
    /// <summary>Speech of a piece, without the margin beside it.</summary>
    private const double PieceSeconds = 2;

    /// <summary>A window of less speech says little.</summary>
    private const double LeastWindowSeconds = 1;

    private readonly VoiceEncoder _encoder;
    private readonly int _threads;
    private readonly int _pieceFrames;
    private readonly int _leastWindowFrames;
    private readonly FrameQueue _growing;
    private readonly double[] _sums;
    private readonly float[] _mean;
    private long _frames;
    private int _growingSpeech;
    private EmbeddingMean _complete = EmbeddingMean.Empty;
    private (float[] Embedding, int Frames)? _last;

    /// <param name="encoder">The model.</param>
    /// <param name="threads">That work on a piece; the result is the same.</param>
    public PiecewiseEmbedding(VoiceEncoder encoder, int threads)
    {
        var frontEnd = encoder.Card.FrontEnd;
        _encoder = encoder;
        _threads = threads;
        _pieceFrames = (int)(PieceSeconds * frontEnd.SampleRate / frontEnd.HopLength);
        _leastWindowFrames = (int)(LeastWindowSeconds * frontEnd.SampleRate / frontEnd.HopLength);
        _growing = new FrameQueue(frontEnd.Cepstra);
        _sums = new double[frontEnd.Cepstra];
        _mean = new float[frontEnd.Cepstra];
    }

    /// <summary>Takes in what follows.</summary>
    /// <param name="frames">Raw frames of speech and of the margin beside it.</param>
    /// <param name="isSpeech">Of each, whether it is speech.</param>
    public void Add(FeatureMatrix frames, ReadOnlySpan<bool> isSpeech)
    {
        for (var frame = 0; frame < frames.Frames; frame++)
        {
            var row = frames.Row(frame);
            _growing.Add(row);
            _frames++;
            for (var i = 0; i < row.Length; i++)
            {
                _sums[i] += row[i];
            }

            _growingSpeech += isSpeech[frame] ? 1 : 0;
            if (_growingSpeech == _pieceFrames)
            {
                _last = EmbedGrowing();
                _complete = _complete.Add(_last.Value.Embedding, _last.Value.Frames);
                _growing.Drop(_growing.Count);
                _growingSpeech = 0;
            }
        }
    }

    /// <summary>The embedding of all speech so far, and that of the last piece with what has come since.</summary>
    /// <returns>[D] each, unit length; null where there is none, or for the window too little.</returns>
    public (float[]? Whole, float[]? Window) Embed()
    {
        (float[] Embedding, int Frames)? growing = _growing.Count > 0 ? EmbedGrowing() : null;
        var window = EmbeddingMean.Empty;
        window = _last is { } last ? window.Add(last.Embedding, last.Frames) : window;
        window = growing is { } end ? window.Add(end.Embedding, end.Frames) : window;
        var whole = growing is { } rest ? _complete.Add(rest.Embedding, rest.Frames) : _complete;
        return _frames == 0
            ? (null, null)
            : (whole.ToEmbedding(), _last is null && _growingSpeech < _leastWindowFrames ? null : window.ToEmbedding());
    }

    private (float[] Embedding, int Frames) EmbedGrowing()
    {
        for (var i = 0; i < _mean.Length; i++)
        {
            _mean[i] = (float)(_sums[i] / _frames);
        }

        return (_encoder.EmbedPiece(_growing.Peek(), _mean, _threads), _growing.Count);
    }
}
