namespace Speaker.Models;

/// <summary>The models inside this assembly.</summary>
internal static class ShippedModels
{
    /// <summary>Errs least.</summary>
    public const string Accurate = "accurate";

    /// <summary>Several times as fast, and smaller.</summary>
    public const string Fast = "fast";

    /// <summary>Of verification and enrolment where nobody names a model.</summary>
    public const string Default = Accurate;

    private static readonly string[] Names = [Accurate, Fast];

    private static readonly Lazy<Dictionary<string, string>> NameOfHash = new(() => Names.ToDictionary(name =>
    {
        var card = CardOf(name);
        return CanonicalJson.HashModel(Convert.FromHexString(card.WeightsSha256), card);
    }));

    /// <summary>The names, for messages and checks.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>The files of one.</summary>
    /// <param name="name">One of <see cref="All"/>.</param>
    public static ModelContents Open(string name)
    {
        var weights = $"models/{name}{ModelFiles.WeightsExtension}";
        return new ModelContents(weights, CardOf(name), ReadResource);
    }

    /// <summary>Which of them made embeddings; null where it was another model.</summary>
    /// <param name="hash">Of the model, as voiceprints carry it.</param>
    public static string? NameOf(string hash) => NameOfHash.Value.GetValueOrDefault(hash);

    /// <summary>A model's hash as messages have it, with its name where it is one of these.</summary>
    public static string Describe(string hash) => NameOf(hash) is { } name ? $"'{name}' ({hash})" : hash;

    private static ModelCard CardOf(string name)
    {
        var path = ModelFiles.CardPathOf($"models/{name}{ModelFiles.WeightsExtension}");
        return ModelCardJson.Parse(ReadResource(path), path);
    }

    private static byte[] ReadResource(string name)
    {
        using var stream = typeof(ShippedModels).Assembly.GetManifestResourceStream(name)
            ?? throw new ModelException($"{name} is not inside the assembly Speaker: it was built without its models");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
