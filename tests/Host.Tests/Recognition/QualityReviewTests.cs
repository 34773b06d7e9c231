using Speaker.Audio;
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
            ["short"] = (Good, 1.9, null, "short: 1.9 s of speech; the answer is surer with 2 s"),
            ["short by a little"] = (Good, 1.98, null, "short: 1.9 s of speech; the answer is surer with 2 s"),
            ["just clear enough"] = (Good with { SignalToNoise = 10 }, 5, null, null),
            ["noisy"] = (
                Good with { SignalToNoise = 9.4 }, 5, null,
                "noisy: the speech is about 9 dB above the noise; the answer is surer with 10 dB"),
            ["no noise to measure"] = (Good with { SignalToNoise = null }, 5, null, null),
            ["hardly clipped"] = (Good with { ClippedFraction = 0.01 }, 5, null, null),
            ["clipped"] = (Good with { ClippedFraction = 0.023 }, 5, null, "clipped: 2.3% of the samples"),
            ["just wide enough"] = (Good with { Bandwidth = 5250 }, 5, null, null),
            ["narrow band"] = (
                Good with { Bandwidth = 4000 }, 5, null, "narrow band: nothing above 4.0 kHz, as in a telephone"),
            ["just loud enough"] = (Good with { SpeechLevel = -45 }, 5, null, null),
            ["quiet"] = (Good with { SpeechLevel = -52 }, 5, null, "quiet: speech at -52 dBFS; the answer is surer with -45 dBFS"),
            ["two voices"] = (
                Good, 9, 0.95, "more than one voice? the beginning and the end are 0.95 apart"),
        };

    public static TheoryData<string> Cases => [.. Bounds.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Of_OneMeasureAtOrBeyondItsBound_WarnsBeyondOnly(string name)
    {
        var (quality, seconds, distance, warning) = Bounds[name];
        var warnings = new QualityReview(new QualityOptions()).Warnings(quality, seconds, distance);

        if (warning is null)
        {
            Assert.Empty(warnings);
        }
        else
        {
            Assert.StartsWith(warning, Assert.Single(warnings).Message, StringComparison.Ordinal);
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
        var quality = new AudioQuality(1, 0.1, -60, 3, 3500);

        Assert.Empty(new QualityReview(lenient).Warnings(quality, 1, 1.2));
        // One of each kind, in the order of the kinds; what was found in the file is said whatever the bounds.
        var notes = Enum.GetValues<RecordingIssue>().Select(issue => new RecordingNote(issue, $"about {issue}")).ToArray();
        var warnings = new QualityReview(strict).Warnings(quality with { Notes = notes }, 1, 1.2);
        Assert.Equal(Enum.GetValues<QualityIssue>(), warnings.Select(warning => warning.Issue));
        Assert.Equal(
            notes.Select(note => note.Message), warnings.TakeLast(notes.Length).Select(warning => warning.Message));
    }
}
