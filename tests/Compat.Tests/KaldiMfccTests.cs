using System.Text.Json;
using Speaker.Audio;
using static Speaker.Compat.Tests.Support.MfccGolden;

namespace Speaker.Compat.Tests;

/// <summary>Kaldi's numbers as torchaudio computes them, with the front end set to Kaldi's conventions.</summary>
public class KaldiMfccTests
{
    private const float SixteenBits = 32768;

    private static readonly JsonElement Golden = Read("kaldi.json");

    public static TheoryData<string> Cases =>
        [.. Golden.GetProperty("cases").EnumerateArray().Select(golden => Text(golden, "name"))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compute_KaldisConventions_GivesKaldisNumbers(string name)
    {
        var golden = Golden.GetProperty("cases").EnumerateArray().Single(one => Text(one, "name") == name);
        var specification = golden.GetProperty("frontEnd").Deserialize<FrontEndSpecification>()!;
        var offset = golden.GetProperty("offset").GetSingle();
        var samples = Signal(specification.SampleRate)
            .Select(sample => sample == 0 ? 0 : (sample + offset) * SixteenBits).ToArray();

        var features = new FrontEnd(specification).Compute(samples);

        Assert.Equal(golden.GetProperty("frames").GetInt32(), features.Frames);
        AssertCase(golden, [.. Enumerable.Range(0, features.Frames).Select(frame => features.Row(frame).ToArray())]);
    }

    [Fact]
    public void Compute_SamplesOfSixteenBits_MovesCoefficientZeroByAConstant()
    {
        var specification = new FrontEndSpecification { LogFloor = 1e-30 };
        var samples = Signal(16000)[..3000];
        var loud = samples.Select(sample => sample * SixteenBits).ToArray();

        var features = new FrontEnd(specification).Compute(samples);
        var loudFeatures = new FrontEnd(specification).Compute(loud);

        var constant = 2 * Math.Log(SixteenBits) * Math.Sqrt(specification.MelBands);
        for (var frame = 0; frame < features.Frames; frame++)
        {
            Assert.Equal(features.Row(frame)[0] + constant, loudFeatures.Row(frame)[0], 1e-3);
            for (var k = 1; k < features.Coefficients; k++)
            {
                Assert.Equal(features.Row(frame)[k], loudFeatures.Row(frame)[k], 1e-3);
            }
        }
    }
}
