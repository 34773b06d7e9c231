using Speaker.Audio;
using Speaker.Audio.Features;
using Speaker.Audio.Utterances;
using Speaker.Inference;
using Speaker.Recognition.Tests.Recognition;
using Speaker.Scoring;

namespace Speaker.Recognition.Tests.Inference;

public class PiecewiseEmbeddingTests
{
    private static readonly VoiceEncoder _encoder = VoiceEncoder.Load("fast");

    private static readonly Utterance _speech = (Utterance)_encoder.CreateReader(new UtteranceOptions())
        .Analyse(KlettresSpeech.Of("de", 0, 12));

    [Fact]
    public void Embed_FramesOneByOneOrTogether_IsTheSameBits()
    {
        var (features, isSpeech) = Frames();
        var together = new PiecewiseEmbedding(_encoder, threads: 1);
        together.Add(features, isSpeech);
        var apart = new PiecewiseEmbedding(_encoder, threads: 1);
        for (var frame = 0; frame < features.Frames; frame++)
        {
            apart.Add(features.Slice(frame, 1), isSpeech.AsSpan(frame, 1));
            if (frame % 97 == 0)
            {
                apart.Embed();
            }
        }

        Assert.Equal(together.Embed().Whole, apart.Embed().Whole);
        Assert.Equal(together.Embed().Window, apart.Embed().Window);
    }

    /// <summary>The definition, without a stream: pieces of 200 frames, each less the mean of all until its end.</summary>
    [Fact]
    public void Embed_SeveralPieces_IsTheMeanOfWhatTheDefinitionGives()
    {
        var (features, isSpeech) = Frames();
        var mean = EmbeddingMean.Empty;
        for (var start = 0; start < features.Frames; start += 200)
        {
            var end = Math.Min(features.Frames, start + 200);
            var piece = features.Slice(start, end - start);
            for (var i = 0; i < features.Coefficients; i++)
            {
                var sum = Enumerable.Range(0, end).Sum(frame => (double)features.Row(frame)[i]);
                for (var frame = 0; frame < piece.Frames; frame++)
                {
                    piece.Row(frame)[i] -= (float)(sum / end);
                }
            }

            mean = mean.Add(_encoder.EmbedPiece(piece, new float[features.Coefficients], threads: 1), piece.Frames);
        }

        var streamed = new PiecewiseEmbedding(_encoder, threads: 1);
        streamed.Add(features, isSpeech);
        Assert.InRange(CosineScore.Distance(mean.ToEmbedding(), streamed.Embed().Whole!), -1e-5, 1e-5);
    }

    [Fact]
    public void Embed_NotYetAPiece_IsTheEmbeddingOfTheUtterance()
    {
        var (features, isSpeech) = Frames();
        var streamed = new PiecewiseEmbedding(_encoder, threads: 1);
        Assert.Equal((null, null), streamed.Embed());
        streamed.Add(features.Slice(0, 60), isSpeech.AsSpan(0, 60));
        Assert.Null(streamed.Embed().Window);
        streamed.Add(features.Slice(60, 100), isSpeech.AsSpan(60, 100));

        var (whole, window) = streamed.Embed();
        Assert.InRange(CosineScore.Distance(_encoder.Embed(features.Slice(0, 160)), whole!), -1e-5, 1e-5);
        Assert.Equal(whole, window);
    }

    private static (FeatureMatrix Features, bool[] IsSpeech) Frames()
    {
        Assert.InRange(_speech.Features.Frames, 450, 5000);
        return (_speech.Features, [.. Enumerable.Repeat(true, _speech.Features.Frames)]);
    }
}
