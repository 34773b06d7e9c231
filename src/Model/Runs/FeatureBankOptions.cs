using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;
using Speaker.Augmentation;

namespace Speaker.Training.Runs;

/// <summary>Which versions of every training utterance are kept ready.</summary>
internal sealed record FeatureBankOptions : IValidatableObject
{
    /// <summary>Speeds, each a speaker of its own; the first must be 1. Hundredths, 0.5 to 2.</summary>
    [Between(0.5, 2)]
    public IReadOnlyList<double> Speeds { get; init; } = [1.0, 0.88, 1.13];

    /// <summary>
    /// Versions of each utterance at each speed, 1 to 64: the first as recorded, the others augmented.
    /// </summary>
    [Between(1, 64)]
    public int Versions { get; init; } = 6;

    /// <summary>
    /// The manufactured sessions that the changed versions are made in, one after another and from the first again:
    /// <see cref="ManufacturedSession.Names"/>. None: every changed version is made by <see cref="Augmentation"/>.
    /// </summary>
    public IReadOnlyList<string> Sessions { get; init; } = [];

    /// <summary>How the changed versions are made where there are no sessions.</summary>
    [ValidateObjectMembers(typeof(AugmentationOptionsValidator))]
    public AugmentationOptions Augmentation { get; init; } = new();

    /// <summary>Folder of noises, or null for none.</summary>
    public string? NoiseDirectory { get; init; }

    /// <summary>Folder of room impulse responses, or null for none: rooms are then made.</summary>
    public string? RoomDirectory { get; init; }

    /// <summary>Training utterances that babble is mixed from, 0 to 5,000.</summary>
    [Between(0, 5000)]
    public int BabbleUtterances { get; init; } = 200;

    /// <summary>Where the features lie; a later run with the same recordings and options starts from them.</summary>
    public required string Folder { get; init; }

    /// <summary>Threads that compute features, 1 to 256.</summary>
    [Between(1, 256)]
    public int Threads { get; init; } = Environment.ProcessorCount;

    public int Seed { get; init; } = 1;

    /// <summary>How a version is made.</summary>
    /// <param name="version">From 1; 0 is as recorded.</param>
    public AugmentationOptions AugmentationOf(int version) => Sessions.Count == 0
        ? Augmentation
        : ManufacturedSession.Options(Sessions[(version - 1) % Sessions.Count]);

    /// <exception cref="OptionsValidationException">A value is out of its bounds; the message names every one that
    /// is.</exception>
    public void Validate() => new FeatureBankOptionsValidator().Require(this);

    /// <summary>What the values have to be to each other.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Speeds.Count is < 1 or > 16 || Speeds[0] != 1)
        {
            yield return Bounds.Failure(
                validationContext, nameof(Speeds), $"[{string.Join(", ", Speeds.Select(Bounds.Text))}]",
                "1 to 16 speeds, the first of them 1");
        }

        if (Sessions.FirstOrDefault(name => !ManufacturedSession.Names.Contains(name)) is { } unknown)
        {
            yield return Bounds.Failure(
                validationContext, nameof(Sessions), $"'{unknown}'", Bounds.OneOf(ManufacturedSession.Names));
        }
    }
}

/// <summary>Checks <see cref="FeatureBankOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class FeatureBankOptionsValidator : IValidateOptions<FeatureBankOptions>;
