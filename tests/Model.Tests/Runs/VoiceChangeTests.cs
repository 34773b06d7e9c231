using Speaker.Audio.Features;
using Speaker.Inference;
using Speaker.Models;
using Speaker.Recognition;
using Speaker.Scoring;
using Speaker.Training.Distances;
using Speaker.Training.Tests.Network;

namespace Speaker.Training.Tests.Runs;

public sealed class VoiceChangeTests : IDisposable
{
    /// <summary>Frames of <see cref="VoiceChange.WindowSeconds"/>.</summary>
    private const int Window = 300;

    private readonly ModelCard _card = EncoderFixtures.Card(EncoderFixtures.Small);
    private readonly VoiceEncoder _encoder;

    public VoiceChangeTests() =>
        _encoder = VoiceEncoder.UnderTraining(EncoderFixtures.Create(EncoderFixtures.Small), _card);

    public void Dispose() => _encoder.Dispose();

    [Theory]
    [InlineData(2 * Window)]
    [InlineData((2 * Window) + 77)]
    public void Measure_OneSegment_IsTheDistanceOfItsFirstAndLastWindow(int frames)
    {
        var features = EncoderFixtures.RandomFeatures(1, frames, 6);

        var distance = Heard(features).Measure(_encoder);

        Assert.Equal(Distance(features.Slice(0, Window), features.Slice(frames - Window, Window)), distance!.Value, 1e-6);
    }

    [Fact]
    public void Measure_SeveralSegments_IsTheDistanceOfTheFirstAndTheLastLongEnough()
    {
        var first = EncoderFixtures.RandomFeatures(1, 1000, 6);
        var last = EncoderFixtures.RandomFeatures(2, Window, 6);

        var distance = Heard(
            EncoderFixtures.RandomFeatures(3, Window - 1, 6), first, EncoderFixtures.RandomFeatures(4, 700, 6), last,
            EncoderFixtures.RandomFeatures(5, 20, 6)).Measure(_encoder);

        Assert.Equal(Distance(first.Slice(0, Window), last), distance!.Value, 1e-6);
    }

    [Theory]
    [InlineData]
    [InlineData((2 * Window) - 1)]
    [InlineData(Window - 1, Window - 1, Window - 1)]
    [InlineData(Window, Window - 1)]
    public void Measure_TooLittleSpeech_IsNull(params int[] frames) => Assert.Null(
        Heard([.. frames.Select(count => EncoderFixtures.RandomFeatures(1, count, 6))]).Measure(_encoder));

    [Fact]
    public void Add_LeavesWhatWasKnownBefore()
    {
        var before = Heard(EncoderFixtures.RandomFeatures(1, 700, 6));
        var distance = before.Measure(_encoder);

        before.Add(EncoderFixtures.RandomFeatures(2, 700, 6), _card.FrontEnd);

        Assert.Equal(distance, before.Measure(_encoder));
    }

    private VoiceChange Heard(params FeatureMatrix[] segments) =>
        segments.Aggregate(VoiceChange.Empty, (heard, features) => heard.Add(features, _card.FrontEnd));

    private double Distance(FeatureMatrix one, FeatureMatrix other) =>
        Scorer.Cosine.Distance(_encoder.Embed(one), _encoder.Embed(other));
}
