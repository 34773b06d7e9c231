using NWaves.FeatureExtractors;
using NWaves.FeatureExtractors.Options;

namespace Speaker.Compat.Tests.StandIn;

/// <summary>What the stand-in says of a wrong option; the package refuses most of them in words of its own.</summary>
public class NWavesMessagesTests
{
    public static TheoryData<MfccOptions, string> Wrong => new()
    {
        { new MfccOptions { FeatureCount = 13 }, "SamplingRate is 0" },
        { new MfccOptions { SamplingRate = 16000 }, "FeatureCount is 0" },
        { new MfccOptions { SamplingRate = 16000, FeatureCount = 25 }, "FeatureCount is 25; it must be from 1" },
        { new MfccOptions { SamplingRate = 16000, FeatureCount = 13, FftSize = 600 }, "600 points" },
        { new MfccOptions { SamplingRate = 16000, FeatureCount = 13, DctType = "5" }, "DctType is \"5\"" },
        { new MfccOptions { SamplingRate = 16000, FeatureCount = 13, HighFrequency = 9000 }, "9000 Hz" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Constructor_OptionOutOfRange_NamesIt(MfccOptions options, string message)
    {
        var exception = Assert.Throws<ArgumentException>(() => new MfccExtractor(options));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }
}
