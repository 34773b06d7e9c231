using Microsoft.Extensions.Options;
using Speaker.Audio.Quality;
using Speaker.CommandLine.Options;
using Speaker.Recognition;

namespace Speaker.Host.Tests.Recognition;

public sealed class QualityReviewTests
{
    private static readonly AudioQuality Good = new(0.5, 0, -26, 30, 8000);

    private static readonly Dictionary<string, (AudioQuality Quality, double Seconds, double? Distance, string? Warning)>
        Bounds = new()
        {
            ["good"] = (Good, 5, null, null),
            ["one voice"] = (Good, 5, 0.75, null),
            ["just long enough"] = (Good, 2, null, null),
            ["short"] = (Good, 1.9, null, "short: 1.9 s of speech, 2 s"),
            ["just clear enough"] = (Good with { SignalToNoise = 10 }, 5, null, null),
            ["noisy"] = (
                Good with { SignalToNoise = 9.4 }, 5, null, "noisy: the speech is about 9 dB above the noise, 10 dB"),
            ["no noise to measure"] = (Good with { SignalToNoise = null }, 5, null, null),
            ["hardly clipped"] = (Good with { ClippedFraction = 0.01 }, 5, null, null),
            ["clipped"] = (Good with { ClippedFraction = 0.023 }, 5, null, "clipped: 2.3% of the samples"),
            ["just wide enough"] = (Good with { Bandwidth = 5250 }, 5, null, null),
            ["narrow band"] = (
                Good with { Bandwidth = 4000 }, 5, null, "narrow band: nothing above 4.0 kHz, as of a telephone"),
            ["just loud enough"] = (Good with { SpeechLevel = -45 }, 5, null, null),
            ["quiet"] = (Good with { SpeechLevel = -52 }, 5, null, "quiet: speech at -52 dBFS, -45 dBFS"),
            ["two voices"] = (
                Good, 9, 0.95, "more than one voice? its beginning and its end are 0.95 apart"),
        };

    public static TheoryData<string> Cases => [.. Bounds.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Of_OneMeasureAtOrBeyondItsBound_WarnsBeyondOnly(string name)
    {
        var (quality, seconds, distance, warning) = Bounds[name];
        var review = new QualityReview(Microsoft.Extensions.Options.Options.Create(new QualityOptions()));

        var answer = review.Of(new Embedded([1], 10, seconds, quality, distance))!;

        Assert.Equal(seconds, answer.SpeechSeconds);
        Assert.Equal(quality, answer.Measures);
        if (warning is null)
        {
            Assert.Empty(answer.Warnings);
        }
        else
        {
            Assert.StartsWith(warning, Assert.Single(answer.Warnings), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Of_OtherBounds_WarnsByThem()
    {
        var lenient = new QualityOptions
        {
            WarnBelowSpeechSeconds = 0,
            WarnBelowSignalToNoise = -20,
            WarnAboveClippedFraction = 1,
            WarnBelowBandwidth = 0,
            WarnBelowSpeechLevel = -100,
            WarnAboveVoiceDistance = 2,
        };
        var strict = new QualityOptions
        {
            WarnBelowSpeechSeconds = 60,
            WarnBelowSignalToNoise = 60,
            WarnAboveClippedFraction = 0,
            WarnBelowBandwidth = 8000,
            WarnBelowSpeechLevel = 0,
            WarnAboveVoiceDistance = 0,
        };
        var sample = new Embedded([1], 10, 1, new AudioQuality(1, 0.1, -60, 3, 3500), 1.2);

        Assert.Empty(Warnings(lenient, sample));
        Assert.Equal(6, Warnings(strict, sample).Count);
    }

    [Fact]
    public void Of_Refused_IsNull() => Assert.Null(
        new QualityReview(Microsoft.Extensions.Options.Options.Create(new QualityOptions()))
            .Of(new NotEmbedded("no speech", 3, 0)));

    private static IReadOnlyList<string> Warnings(QualityOptions options, Embedded sample) =>
        new QualityReview(Microsoft.Extensions.Options.Options.Create(options)).Of(sample)!.Warnings;
}
