using System.Text.Json;

namespace Speaker.Compat.Tests.Support;

/// <summary>What the golden files of MFCC have in common: see Golden/README.md.</summary>
internal static class MfccGolden
{
    public static JsonElement Read(string file) => JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", file))).RootElement;

    public static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    /// <summary>Half a second, by the formula that mfcc.json gives.</summary>
    public static float[] Signal(int rate)
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

    /// <summary>The rows and the mean of a case, each to 1e-4 of its largest magnitude.</summary>
    public static void AssertCase(JsonElement golden, IReadOnlyList<float[]> actual)
    {
        foreach (var row in golden.GetProperty("rows").EnumerateObject())
        {
            AssertClose(row.Value, actual[int.Parse(row.Name, System.Globalization.CultureInfo.InvariantCulture)]);
        }

        AssertClose(
            golden.GetProperty("mean"),
            [.. Enumerable.Range(0, actual[0].Length).Select(k => actual.Average(vector => vector[k]))]);
    }

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
