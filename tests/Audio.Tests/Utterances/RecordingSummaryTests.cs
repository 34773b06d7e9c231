using Speaker.Audio.Features;
using Speaker.Audio.Quality;
using Speaker.Audio.Utterances;

namespace Speaker.Audio.Tests.Utterances;

public class RecordingSummaryTests
{
    private static readonly UtteranceOptions Options = new() { MinimumSpeechSeconds = 1, MaximumSeconds = 1000 };

    [Fact]
    public void Judge_OneSegment_IsTheSegment()
    {
        var refusal = new Refusal(RefusalReason.Clipped, "clipped.", 10, 0);
        var quality = new AudioQuality(0.5, 0.01, -31.4159, 17.5, 8000);

        Assert.Same(refusal, RecordingSummary.Empty.Add(refusal).Judge(Options));
        Assert.Same(quality, RecordingSummary.Empty.Add(Speech(10, 2, quality)).Quality);
        Assert.Null(RecordingSummary.Empty.Add(Speech(10, 2, quality)).Judge(Options));
    }

    [Fact]
    public void Judge_SegmentsWithTooLittleSpeechEach_CountTogether()
    {
        var three = Sum(Speech(60, 0.3), NoSpeech, Speech(60, 0.3), Speech(60, 0.3));

        var refusal = three.Judge(Options)!;
        Assert.Equal(RefusalReason.TooShort, refusal.Reason);
        Assert.Contains("0.90 s of speech in 240.00 s of sound", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0.9, refusal.SpeechSeconds, 1e-9);
        Assert.Equal(240, refusal.TotalSeconds, 1e-9);
        Assert.Null(three.Add(Speech(60, 0.3)).Judge(Options));
    }

    [Fact]
    public void Judge_NoSegmentWithSpeech_GivesTheCommonestReason()
    {
        var silent = new Refusal(RefusalReason.Silent, "silence.", 60, 0);

        var refusal = Sum(silent, NoSpeech, NoSpeech).Judge(Options)!;

        Assert.Equal(RefusalReason.NoSpeech, refusal.Reason);
        Assert.Equal(
            "none of 3 segments of 180 s of sound can be used, 2 of them for this: no speech.", refusal.Message);
    }

    [Fact]
    public void Judge_SumOfSecondsRounded_IsNotTooLong()
    {
        // 10,000 times 0.1 is 1000.0000000001588.
        var exact = Sum([.. Enumerable.Repeat(Speech(0.1, 0.1), 10_000)]);

        Assert.NotEqual(1000, exact.TotalSeconds);
        Assert.Null(exact.Judge(Options));
        Assert.Equal(RefusalReason.TooLong, exact.Add(Speech(0.1, 0.1)).Judge(Options)!.Reason);
    }

    [Fact]
    public void Quality_OfSeveralSegments_IsWeightedBySecondsInAnyOrder()
    {
        var quiet = Speech(60, 10, new AudioQuality(0.2, 0, -40, 30, 3500));
        var loud = Speech(30, 30, new AudioQuality(0.9, 0.03, -20, 10, 7250));
        var full = Speech(10, 10, new AudioQuality(0.8, 0.2, -20, null, 4000));

        foreach (var order in (UtteranceResult[][])[[quiet, loud, full], [full, quiet, loud], [loud, NoSpeech, full, quiet]])
        {
            var quality = Sum(order).Quality;

            Assert.Equal(0.9, quality.Peak);
            Assert.Equal(((30 * 0.03) + (10 * 0.2)) / 100, quality.ClippedFraction, 1e-12);
            Assert.Equal(10 * Math.Log10(((10 * 1e-4) + (40 * 1e-2)) / 50), quality.SpeechLevel, 1e-9);
            Assert.Equal(((10 * 30) + (30 * 10)) / 40.0, quality.SignalToNoise!.Value, 1e-9);
            Assert.Equal(7250, quality.Bandwidth);
        }
    }

    private static Refusal NoSpeech => new(RefusalReason.NoSpeech, "no speech.", 60, 0);

    private static RecordingSummary Sum(params UtteranceResult[] segments) =>
        segments.Aggregate(RecordingSummary.Empty, (sum, segment) => sum.Add(segment));

    private static Utterance Speech(double total, double speech, AudioQuality? quality = null) =>
        new(new FeatureMatrix(1, 60), total, speech, quality ?? new AudioQuality(0.5, 0, -26, 20, 8000));
}
