using Speaker.Scoring;

namespace Speaker.Models;

/// <summary>The files of a model in memory, from a folder or from this assembly.</summary>
internal sealed class ModelContents
{
    /// <summary>The model inside this assembly, by the names of its files in the folder models/.</summary>
    private const string ShippedWeights = "models/speaker.safetensors";

    private readonly Func<string, byte[]> _read;
    private readonly string _weightsPath;

    private ModelContents(string weightsPath, ModelCard card, Func<string, byte[]> read)
    {
        _weightsPath = weightsPath;
        _read = read;
        Card = card;
    }

    /// <summary>Checked.</summary>
    public ModelCard Card { get; }

    /// <summary>For messages.</summary>
    public string Name => _weightsPath;

    /// <exception cref="ModelException">A file is missing or damaged.</exception>
    public static ModelContents Of(string weightsPath) => 
        new(weightsPath, ModelFiles.ReadCard(weightsPath), Safetensors.ReadFile);

    /// <summary>The model that ships.</summary>
    public static ModelContents Shipped()
    {
        var card = ModelFiles.CardPathOf(ShippedWeights);
        return new ModelContents(ShippedWeights, ModelCardJson.Parse(ReadResource(card), card), ReadResource);
    }

    /// <summary>The whole weights file.</summary>
    /// <exception cref="ModelException">It is not there.</exception>
    public byte[] ReadWeights() => _read(_weightsPath);

    /// <summary>The scorer that the card asks for.</summary>
    /// <exception cref="ModelException">The cohort is missing, damaged or another model's.</exception>
    public Scorer ReadScorer()
    {
        if (Card.AsNorm is not { } specification)
        {
            return Scorer.Cosine;
        }

        var path = ModelFiles.CohortPathOf(_weightsPath);
        return Scorer.AsNorm(
            CohortFile.Parse(_read(path), path, specification, Card.Encoder.Dimension), specification);
    }

    private static byte[] ReadResource(string name)
    {
        using var stream = typeof(ModelContents).Assembly.GetManifestResourceStream(name)
            ?? throw new ModelException($"{name} is not inside the assembly Speaker: it was built without its model");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
