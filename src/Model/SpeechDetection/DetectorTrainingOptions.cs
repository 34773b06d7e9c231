using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;

namespace Speaker.Training.SpeechDetection;

/// <summary>Everything that fixes the training of a speech detector beside the recordings.</summary>
internal sealed record DetectorTrainingOptions
{
    /// <summary>Batches learnt from, 1 to 1,000,000.</summary>
    [Between(1, 1_000_000)]
    public int Steps { get; init; } = 8000;

    /// <summary>Examples of 4 s a batch, 1 to 4,096.</summary>
    [Between(1, 4096)]
    public int BatchSize { get; init; } = 32;

    /// <summary>Learning rate at its height, above 0 to 1.</summary>
    [Between(1e-12, 1)]
    public double LearningRate { get; init; } = 3e-3;

    /// <summary>Weight decay of the kernels, 0 to 1.</summary>
    [Between(0, 1)]
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>
    /// What a missed frame of speech costs against a false one, 0.01 to 100: a person who is not heard starts again, a
    /// noise that passes meets the distance threshold still.
    /// </summary>
    [Between(0.01, 100)]
    public double MissCost { get; init; } = 1;

    /// <summary>Utterances drawn for the training, 1 to 1,000,000; they are held in memory.</summary>
    [Between(1, 1_000_000)]
    public int Utterances { get; init; } = 10000;

    /// <summary>Threads that make examples, 1 to 256.</summary>
    [Between(1, 256)]
    public int Threads { get; init; } = Environment.ProcessorCount;

    public int Seed { get; init; } = 1;

    /// <exception cref="OptionsValidationException">A value is out of its bounds; the message names every one that
    /// is.</exception>
    public void Validate() => new DetectorTrainingOptionsValidator().Require(this);
}

/// <summary>Checks <see cref="DetectorTrainingOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class DetectorTrainingOptionsValidator : IValidateOptions<DetectorTrainingOptions>;
