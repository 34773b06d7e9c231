using Speaker.Training.Tensors;
using TorchSharp;
using TorchSharp.Modules;

namespace Speaker.Training.Losses;

/// <summary>Cross-entropy over all training speakers, each with a vector of its own that is learnt.</summary>
internal abstract class SpeakerSoftmax : BatchLoss
{
    // The tensor library finds a module's parts by field name, also in base classes as long as they are not private;
    // the name is also the one in a checkpoint.
    private protected readonly Parameter weight;
    private protected readonly torch.Tensor? groups;
    private double _scale;

    /// <param name="name">Of the module.</param>
    /// <param name="dimension">D, the embedding's.</param>
    /// <param name="classes">Training speakers.</param>
    /// <param name="scale">Above 0; 30 is common.</param>
    /// <param name="classGroups">
    /// The corpus of each class, or null. Then an embedding competes only with the classes of its own corpus, so that
    /// telling the corpora apart by their channel earns nothing.
    /// </param>
    private protected SpeakerSoftmax(string name, int dimension, int classes, double scale, long[]? classGroups)
        : base(name)
    {
        if (dimension < 1 || classes < 2)
        {
            throw new ModelException(
                $"a softmax over speakers needs at least 1 dimension and 2 speakers, got {dimension} and {classes}");
        }

        if (classGroups is not null && classGroups.Length != classes)
        {
            throw new ModelException($"{classes} classes need {classes} groups, got {classGroups.Length}");
        }

        Scale = scale;
        weight = LearnedTensor.StartingAt(
            () => torch.randn([classes, dimension]).Times(Math.Sqrt(2.0 / (classes + dimension))));
        groups = classGroups is null ? null : torch.tensor(classGroups).DetachFromDisposeScope();
    }

    /// <summary>The names that <see cref="Create"/> knows.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
        ["plain", "additive-margin", "additive-angular-margin", "sphereface2"];

    /// <summary>Above 0. May change between steps.</summary>
    public double Scale
    {
        get => _scale;
        set => _scale = value > 0 && double.IsFinite(value)
            ? value
            : throw new ModelException($"the scale of a softmax must be above 0, got {value}; 30 is common");
    }

    /// <summary>One vector a speaker, [classes, D].</summary>
    public Parameter SpeakerVectors => weight;

    /// <summary>The softmax of that name, with a margin of 0 where it has one.</summary>
    /// <exception cref="ModelException">No kind has that name, or a value is outside its range.</exception>
    public static SpeakerSoftmax Create(string kind, int dimension, int classes, double scale, long[]? classGroups) =>
        kind switch
        {
            "plain" => new PlainSoftmax(dimension, classes, scale, classGroups),
            "additive-margin" => new AdditiveMarginSoftmax(dimension, classes, 0, scale, classGroups),
            "sphereface2" => new SphereFace2(dimension, classes, 0, scale, classGroups),
            "additive-angular-margin" => new AdditiveAngularMarginSoftmax(dimension, classes, 0, scale, classGroups),
            _ => throw new ModelException($"there is no softmax named '{kind}'; use {string.Join(", ", Kinds)}"),
        };

    /// <summary>How much each embedding is like each speaker, the margin left aside.</summary>
    /// <param name="embeddings">[B, D].</param>
    /// <returns>[B, classes], before the scale.</returns>
    public abstract torch.Tensor Scores(torch.Tensor embeddings);

    /// <returns>[] the mean cross-entropy.</returns>
    public override torch.Tensor forward(EmbeddingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = torch.NewDisposeScope();
        var labels = torch.tensor(batch.Labels).to(batch.Embeddings.device);
        var column = labels.unsqueeze(1);
        var logits = MadeHarder(Scores(batch.Embeddings), column).Times(Scale);
        if (groups is not null)
        {
            var others = groups.unsqueeze(0).ne(groups.index_select(0, labels).unsqueeze(1));
            logits = logits.MaskedFill(others, float.NegativeInfinity);
        }

        return Cost(logits, labels).MoveToOuterDisposeScope();
    }

    /// <summary>The mean over the rows of what the logits cost.</summary>
    /// <param name="logits">[B, classes]; −∞ where a class does not count.</param>
    /// <param name="labels">[B] the true speakers.</param>
    /// <returns>[].</returns>
    private protected virtual torch.Tensor Cost(torch.Tensor logits, torch.Tensor labels) =>
        torch.nn.functional.cross_entropy(logits, labels);

    /// <summary>The scores with the margin taken from that of the true speaker.</summary>
    /// <param name="scores">[B, classes].</param>
    /// <param name="target">[B, 1] the true speakers.</param>
    private protected virtual torch.Tensor MadeHarder(torch.Tensor scores, torch.Tensor target) => scores;
}
