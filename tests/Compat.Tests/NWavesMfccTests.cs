using System.Text.Json;
using NWaves.FeatureExtractors;
using NWaves.FeatureExtractors.Options;
using static Speaker.Compat.Tests.Support.MfccGolden;

namespace Speaker.Compat.Tests;

/// <summary>The numbers of NWaves 0.9.6, from the package itself: see Golden/README.md.</summary>
public class NWavesMfccTests
{
    private static readonly JsonElement Golden = Read("mfcc.json");

    public static TheoryData<string> Cases
    {
        get
        {
            // The package's Slaney banks are not of the surface: only banks that a formula makes can be handed over.
            var names = new TheoryData<string>();
            foreach (var golden in Golden.GetProperty("cases").EnumerateArray())
            {
                if (!golden.TryGetProperty("filterBank", out var bank) || Text(bank, "kind") == "formula")
                {
                    names.Add(Text(golden, "name"));
                }
            }

            return names;
        }
    }

    [Fact]
    public void Signal_OfTheGoldenFile_IsTheOneThatWasMeasured()
    {
        var signal = Signal(16000);

        var first = Golden.GetProperty("signal").GetProperty("first16k").EnumerateArray().Select(v => v.GetSingle());
        foreach (var (value, sample) in first.Zip(signal))
        {
            Assert.Equal(value, sample, 1e-6f);
        }

        Assert.Equal(
            Golden.GetProperty("signal").GetProperty("sumOfSquares16k").GetDouble(),
            signal.Sum(value => (double)value * value), 1e-4);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ComputeFrom_GoldenCase_GivesThePackagesNumbers(string name)
    {
        var golden = Golden.GetProperty("cases").EnumerateArray().Single(one => Text(one, "name") == name);
        var options = Options(golden);
        var signal = Signal(options.SamplingRate);
        var frames = golden.GetProperty("frames").GetInt32();
        var count = golden.GetProperty("featureCount").GetInt32();
        var vectors = Enumerable.Range(0, frames + 1).Select(_ => new float[count]).ToArray();

        Assert.Equal(frames, new MfccExtractor(options).ComputeFrom(signal, 0, signal.Length, vectors));

        AssertCase(golden, vectors[..frames]);
    }

    [Fact]
    public void ComputeFrom_PartOfTheSamples_GivesTheFramesOfTheWhole()
    {
        var options = new MfccOptions { SamplingRate = 16000, FeatureCount = 13, PreEmphasis = 0.97 };
        var signal = Signal(16000);
        var whole = Enumerable.Range(0, 48).Select(_ => new float[13]).ToArray();
        var part = Enumerable.Range(0, 11).Select(_ => new float[13]).ToArray();
        var extractor = new MfccExtractor(options);
        extractor.ComputeFrom(signal, 0, signal.Length, whole);

        Assert.Equal(11, extractor.ComputeFrom(signal, 3 * 160, (3 * 160) + 400 + (10 * 160) + 159, part));

        for (var i = 0; i < part.Length; i++)
        {
            Assert.Equal(whole[3 + i], part[i]);
        }
    }

    private static MfccOptions Options(JsonElement golden)
    {
        var options = new MfccOptions();
        foreach (var option in golden.GetProperty("options").EnumerateObject())
        {
            var property = typeof(MfccOptions).GetProperty(option.Name)!;
            property.SetValue(options, property.PropertyType.IsEnum
                ? Enum.Parse(property.PropertyType, option.Value.GetString()!)
                : option.Value.Deserialize(property.PropertyType));
        }

        if (golden.TryGetProperty("filterBank", out var bank))
        {
            options.FilterBank = [.. Enumerable.Range(0, bank.GetProperty("size").GetInt32()).Select(i =>
                Enumerable.Range(0, (bank.GetProperty("fftSize").GetInt32() / 2) + 1)
                    .Select(k => (float)Math.Max(0, 1 - (Math.Abs(k - (6 + (12 * i))) / 10.0))).ToArray())];
        }

        return options;
    }
}
