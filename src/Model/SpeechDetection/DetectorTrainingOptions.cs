namespace Speaker.Training.SpeechDetection;

/// <summary>Everything that fixes the training of a speech detector beside the recordings.</summary>
internal sealed record DetectorTrainingOptions
{
    /// <summary>Batches learnt from, 1 to 1,000,000.</summary>
    public int Steps { get; init; } = 8000;

    /// <summary>Examples of 4 s a batch, 1 to 4,096.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Learning rate at its height, above 0 to 1.</summary>
    public double LearningRate { get; init; } = 3e-3;

    /// <summary>Weight decay of the kernels, 0 to 1.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>
    /// What a missed frame of speech costs against a false one, 0.01 to 100: a person who is not heard starts again, a
    /// noise that passes meets the distance threshold still.
    /// </summary>
    public double MissCost { get; init; } = 1;

    /// <summary>Utterances drawn for the training, 1 to 1,000,000; they are held in memory.</summary>
    public int Utterances { get; init; } = 10000;

    /// <summary>Threads that make examples, 1 to 256.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    public int Seed { get; init; } = 1;

    /// <summary>Throws <see cref="ModelException"/> naming the value and the bound where one is out of range.</summary>
    public void Validate()
    {
        foreach (var (name, value, low, high) in ((string, double, double, double)[])
                 [
                     (nameof(Steps), Steps, 1, 1_000_000), (nameof(BatchSize), BatchSize, 1, 4096),
                     (nameof(LearningRate), LearningRate, 1e-12, 1), (nameof(WeightDecay), WeightDecay, 0, 1),
                     (nameof(MissCost), MissCost, 0.01, 100), (nameof(Utterances), Utterances, 1, 1_000_000),
                     (nameof(Threads), Threads, 1, 256),
                 ])
        {
            if (!(value >= low && value <= high))
            {
                throw new ModelException(
                    $"DetectorTrainingOptions.{name} is {value}; it must lie between {low} and {high}.");
            }
        }
    }
}
