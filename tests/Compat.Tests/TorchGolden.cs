using System.Text.Json;
using TorchSharp;

namespace Speaker.Compat.Tests;

/// <summary>What PyTorch computed: Golden/torch.json.</summary>
internal static class TorchGolden
{
    private static readonly Lazy<JsonElement> File = new(() => JsonDocument
        .Parse(System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "torch.json"))).RootElement);

    public static JsonElement Root => File.Value;

    public static JsonElement Named(string list, string name) =>
        Root.GetProperty(list).EnumerateArray().Single(entry => entry.GetProperty("name").GetString() == name);

    public static torch.Tensor Tensor(JsonElement golden)
    {
        var shape = Shape(golden);
        var values = Values(golden);
        return golden.GetProperty("dtype").GetString() switch
        {
            "float32" => torch.tensor(values, shape).to_type(torch.ScalarType.Float32),
            "int64" => torch.tensor(values, shape).to_type(torch.ScalarType.Int64),
            "bool" => torch.tensor(values, shape).gt(0),
            var type => throw new InvalidDataException($"golden tensor of {type}"),
        };
    }

    /// <summary>Shape and values agree, within the tolerance absolute plus the tolerance relative.</summary>
    public static void AssertEqual(
        JsonElement golden, torch.Tensor actual, double tolerance = 1e-5, string what = "output")
    {
        Assert.Equal(Shape(golden), actual.shape);
        var expected = Values(golden);
        var values = actual.to_type(torch.ScalarType.Float64).data<double>().ToArray();
        for (var i = 0; i < expected.Length; i++)
        {
            var bound = tolerance + (tolerance * Math.Abs(expected[i]));
            Assert.True(
                values[i].Equals(expected[i]) || Math.Abs(values[i] - expected[i]) <= bound,
                $"{what}[{i}] is {values[i]}, PyTorch has {expected[i]}");
        }
    }

    public static double Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        JsonValueKind.String => value.GetString() switch
        {
            "inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            var text => throw new InvalidDataException($"golden number {text}"),
        },
        _ => value.GetDouble(),
    };

    public static long[] Longs(JsonElement list) => [.. list.EnumerateArray().Select(entry => entry.GetInt64())];

    private static long[] Shape(JsonElement golden) => Longs(golden.GetProperty("shape"));

    private static double[] Values(JsonElement golden) =>
        [.. golden.GetProperty("data").EnumerateArray().Select(Number)];
}
