namespace Speaker.Training;

/// <summary>What a training run starts from and how long it is. The defaults train a small encoder in minutes to
/// hours on a processor.</summary>
public sealed record EncoderTrainerOptions
{
    /// <summary>Batches learnt from, 1 to 10,000,000; 0 joins the models of <see cref="From"/> as they are.</summary>
    public int Steps { get; init; } = 4000;

    /// <summary>Of everything that is drawn: the same seed, recordings and options give the same weights.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Folder of noises to train with; null: none.</summary>
    public string? NoiseDirectory { get; init; }

    /// <summary>Folder of room impulse responses to train with; null: rooms are simulated.</summary>
    public string? RoomDirectory { get; init; }

    /// <summary>Folder where features are kept for later runs; null: beside the model.</summary>
    public string? FeatureDirectory { get; init; }

    /// <summary>Weights files of the models to start from; none: random weights.</summary>
    public IReadOnlyList<string> From { get; init; } = [];

    /// <summary>The licence of each corpus by its name, for the model's card.</summary>
    public IReadOnlyDictionary<string, string> Licences { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Every other option as a JSON object, as docs/training.md names them: <c>{"crops": {"longestSeconds": 4},
    /// "tripletMargin": 0.2}</c>; null: the defaults.
    /// </summary>
    public string? Settings { get; init; }
}
