using Speaker.Augmentation;

namespace Speaker.Training.Runs;

/// <summary>Which versions of every training utterance are kept ready.</summary>
internal sealed record FeatureBankOptions
{
    /// <summary>Speeds, each a speaker of its own; the first must be 1. Hundredths, 0.5 to 2.</summary>
    public IReadOnlyList<double> Speeds { get; init; } = [1.0, 0.88, 1.13];

    /// <summary>
    /// Versions of each utterance at each speed, 1 to 64: the first as recorded, the others augmented.
    /// </summary>
    public int Versions { get; init; } = 6;

    public AugmentationOptions Augmentation { get; init; } = new();

    /// <summary>Folder of noises, or null for none.</summary>
    public string? NoiseDirectory { get; init; }

    /// <summary>Folder of room impulse responses, or null for none: rooms are then made.</summary>
    public string? RoomDirectory { get; init; }

    /// <summary>Training utterances that babble is mixed from, 0 to 5,000.</summary>
    public int BabbleUtterances { get; init; } = 200;

    /// <summary>Where the features lie; a later run with the same recordings and options starts from them.</summary>
    public required string Folder { get; init; }

    /// <summary>Threads that compute features, 1 to 256.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    public int Seed { get; init; } = 1;

    /// <summary>Throws <see cref="ModelException"/> naming the value and the bound where one is out of range.</summary>
    public void Validate()
    {
        Augmentation.Validate();
        foreach (var (name, value, low, high) in ((string, int, int, int)[])
                 [
                     (nameof(Versions), Versions, 1, 64), (nameof(BabbleUtterances), BabbleUtterances, 0, 5000),
                     (nameof(Threads), Threads, 1, 256),
                 ])
        {
            if (value < low || value > high)
            {
                throw new ModelException($"FeatureBankOptions.{name} is {value}; it must lie between {low} and "
                    + $"{high}.");
            }
        }

        if (Speeds.Count is < 1 or > 16 || Speeds[0] != 1)
        {
            throw new ModelException("FeatureBankOptions.Speeds must hold 1 to 16 speeds, the first of them 1.");
        }

        foreach (var speed in Speeds)
        {
            if (!(speed is >= 0.5 and <= 2))
            {
                throw new ModelException($"FeatureBankOptions.Speeds holds {speed}; a speed must lie between 0.5 and "
                    + "2.");
            }
        }
    }
}
