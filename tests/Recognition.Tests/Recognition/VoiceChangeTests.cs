using Speaker.Audio.Features;
using Speaker.Inference;
using Speaker.Models;
using Speaker.Recognition;
using Speaker.Scoring;

namespace Speaker.Tests.Recognition;

public class VoiceChangeTests
{
    /// <summary>Frames of <see cref="VoiceChange.WindowSeconds"/>.</summary>
    private const int Window = 300;

    private readonly ModelCard _card = RandomEncoder.Card(RandomEncoder.Small);
    private readonly VoiceEncoder _encoder;

    public VoiceChangeTests() =>
        _encoder = VoiceEncoder.UnderTraining(RandomEncoder.Weights(RandomEncoder.Small), _card);

    [Theory]
    [InlineData(2 * Window)]
    [InlineData((2 * Window) + 77)]
    public void Measure_OneSegment_IsTheDistanceOfItsFirstAndLastWindow(int frames)
    {
        var features = RandomEncoder.Features(1, frames, 6);

        var distance = Heard(features).Measure(_encoder);

        Assert.Equal(Distance(features.Slice(0, Window), features.Slice(frames - Window, Window)), distance!.Value, 1e-6);
    }

    [Fact]
    public void Measure_SeveralSegments_IsTheDistanceOfTheFirstAndTheLastLongEnough()
    {
        var first = RandomEncoder.Features(1, 1000, 6);
        var last = RandomEncoder.Features(2, Window, 6);

        var distance = Heard(
            RandomEncoder.Features(3, Window - 1, 6), first, RandomEncoder.Features(4, 700, 6), last,
            RandomEncoder.Features(5, 20, 6)).Measure(_encoder);

        Assert.Equal(Distance(first.Slice(0, Window), last), distance!.Value, 1e-6);
    }

    [Theory]
    [InlineData]
    [InlineData((2 * Window) - 1)]
    [InlineData(Window - 1, Window - 1, Window - 1)]
    [InlineData(Window, Window - 1)]
    public void Measure_TooLittleSpeech_IsNull(params int[] frames) => Assert.Null(
        Heard([.. frames.Select(count => RandomEncoder.Features(1, count, 6))]).Measure(_encoder));

    [Fact]
    public void Add_LeavesWhatWasKnownBefore()
    {
        var before = Heard(RandomEncoder.Features(1, 700, 6));
        var distance = before.Measure(_encoder);

        before.Add(RandomEncoder.Features(2, 700, 6), _card.FrontEnd);

        Assert.Equal(distance, before.Measure(_encoder));
    }

    private VoiceChange Heard(params FeatureMatrix[] segments) =>
        segments.Aggregate(VoiceChange.Empty, (heard, features) => heard.Add(features, _card.FrontEnd));

    private double Distance(FeatureMatrix one, FeatureMatrix other) =>
        Scorer.Cosine.Distance(_encoder.Embed(one), _encoder.Embed(other));
}
