using Speaker.Scoring;

namespace Speaker.Models;

/// <summary>The files of a model in memory, from a folder or from this assembly.</summary>
internal sealed class ModelContents
{
    private readonly Func<string, byte[]> _read;
    private readonly string _weightsPath;

    /// <param name="weightsPath">Where the weights are, for <paramref name="read"/>.</param>
    /// <param name="card">Checked.</param>
    /// <param name="read">The whole file of a path.</param>
    public ModelContents(string weightsPath, ModelCard card, Func<string, byte[]> read)
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

    /// <summary>The model that a user means; one that ships is taken from a folder "models" where one has it, else from
    /// this assembly.</summary>
    /// <param name="pathOrName">As <see cref="ModelFiles.Resolve"/> has it; null: the <see cref="ShippedModels.Default"/>
    /// inside this assembly.</param>
    /// <exception cref="ModelException">There is none, or a file is missing or damaged.</exception>
    public static ModelContents Named(string? pathOrName) =>
        pathOrName is null ? ShippedModels.Open(ShippedModels.Default)
        : ModelFiles.Find(pathOrName) is { } path ? Of(path)
        : ShippedModels.All.Contains(pathOrName) ? ShippedModels.Open(pathOrName)
        : Of(ModelFiles.Resolve(pathOrName));

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
}
