using System.Globalization;
using System.Text.Json;
using Speaker.Audio.Features;

namespace Speaker.Audio.Tests.Features;

/// <summary>
/// Kaldi's numbers as torchaudio computes them (Golden/kaldi.json), with the front end set to Kaldi's conventions.
/// </summary>
public class KaldiFramingTests
{
    private const float SixteenBits = 32768;

    private static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllText(
        Path.Combine(AppContext.BaseDirectory, "Features", "Golden", "kaldi.json"))).RootElement;

    public static TheoryData<string> Cases =>
        [.. Golden.GetProperty("cases").EnumerateArray().Select(golden => golden.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compute_KaldisConventions_GivesKaldisNumbers(string name)
    {
        var golden = Golden.GetProperty("cases").EnumerateArray()
            .Single(one => one.GetProperty("name").GetString() == name);
        var specification = golden.GetProperty("frontEnd").Deserialize<FrontEndSpecification>()!;
        var offset = golden.GetProperty("offset").GetSingle();
        var samples = Signal(specification.SampleRate)
            .Select(sample => sample == 0 ? 0 : (sample + offset) * SixteenBits).ToArray();

        var features = new FrontEnd(specification).Compute(samples);

        Assert.Equal(golden.GetProperty("frames").GetInt32(), features.Frames);
        foreach (var row in golden.GetProperty("rows").EnumerateObject())
        {
            AssertClose(row.Value, features.Row(int.Parse(row.Name, CultureInfo.InvariantCulture)).ToArray());
        }

        var rows = Enumerable.Range(0, features.Frames).Select(frame => features.Row(frame).ToArray()).ToArray();
        AssertClose(
            golden.GetProperty("mean"),
            [.. Enumerable.Range(0, features.Coefficients).Select(k => rows.Average(row => row[k]))]);
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

    /// <summary>Half a second: tones, noise by a generator written out, and a part that is exactly zero.</summary>
    private static float[] Signal(int rate)
    {
        var samples = new float[rate / 2];
        var state = 12345u;
        for (var i = 0; i < samples.Length; i++)
        {
            state = unchecked((state * 1664525) + 1013904223);
            var time = (double)i / rate;
            var noise = (state / 2147483648.0) - 1;
            var value = (0.3 * Math.Sin(2 * Math.PI * 220 * time))
                + (0.2 * Math.Sin((2 * Math.PI * 1330 * time) + 0.5))
                + (0.1 * Math.Sin((2 * Math.PI * 3300 * time) + 1))
                + (0.02 * noise);
            value *= 0.6 + (0.4 * Math.Sin(2 * Math.PI * 3 * time));
            samples[i] = i >= rate / 5 && i < rate / 4 ? 0 : (float)value;
        }

        return samples;
    }

    /// <summary>To 1e-4 of the largest magnitude.</summary>
    private static void AssertClose(JsonElement expected, float[] actual)
    {
        var values = expected.EnumerateArray().Select(value => value.GetDouble()).ToArray();
        var largest = values.Max(Math.Abs);
        Assert.Equal(values.Length, actual.Length);
        for (var i = 0; i < values.Length; i++)
        {
            Assert.Equal(values[i], actual[i], 1e-4 * largest);
        }
    }
}
