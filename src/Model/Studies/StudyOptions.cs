using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Speaker.Audio.Features;
using Speaker.Audio.Validation;
using Speaker.Augmentation;
using Speaker.Models;
using Speaker.Training.Network;
using Speaker.Training.Runs;
using Speaker.Training.Sampling;

namespace Speaker.Training.Studies;

/// <summary>
/// What a study reruns, and how large its runs are: small enough that all claims with all seeds end in an hour on two
/// cores, so the error rates are far above those of a model that ships and only their differences mean something.
/// </summary>
internal sealed record StudyOptions : IValidatableObject
{
    /// <summary>Where features and finished runs are kept; a study with the same options goes on from them.</summary>
    public required string Folder { get; init; }

    /// <summary>A model to learn from, for the claim about what it gives; null: the claim is left out.</summary>
    public StudyModel? Teacher { get; init; }

    /// <summary>A model to start from, of this front end, for the claim about its share in the result; null: the claim is
    /// left out.</summary>
    public StudyModel? Start { get; init; }

    /// <summary>Names of the claims to rerun; empty: all, and the cost of mining.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Batches that each run learns from, 1 to 1,000,000.</summary>
    [Between(1, 1_000_000)]
    public int Steps { get; init; } = 250;

    /// <summary>Runs of each variant, with the seeds 1, 2, 3, …; 1 to 100.</summary>
    [Between(1, 100)]
    public int Seeds { get; init; } = 3;

    /// <summary>Utterances learnt from of each speaker, at most, 2 to 10,000.</summary>
    [Between(2, 10_000)]
    public int UtterancesPerSpeaker { get; init; } = 20;

    /// <summary>Utterances of each held-out speaker that are measured, at most, 2 to 10,000.</summary>
    [Between(2, 10_000)]
    public int HeldOutUtterances { get; init; } = 12;

    /// <summary>Draws of speakers and seeds that the intervals come from, 100 to 10,000.</summary>
    [Between(100, 10_000)]
    public int Draws { get; init; } = 500;

    /// <summary>Runs at once, each on one thread, 1 to 256.</summary>
    [Between(1, 256)]
    public int Jobs { get; init; } = Environment.ProcessorCount;

    /// <summary>Batch sizes at which mining is timed, each 8 to 4,096.</summary>
    [Between(8, 4096)]
    public IReadOnlyList<int> MiningBatches { get; init; } = [64, 128, 256, 512, 1024];

    [ValidateObjectMembers(typeof(FrontEndSpecificationValidator))]
    public FrontEndSpecification FrontEnd { get; init; } = new();

    [ValidateObjectMembers(typeof(EncoderSpecificationValidator))]
    public EncoderSpecification Encoder { get; init; } = new()
    {
        Width = 48, Dilations = [1, 2, 3], AggregateWidth = 96, AttentionWidth = 32, Dimension = 64,
    };

    /// <exception cref="OptionsValidationException">A value is out of its bounds; the message names every one that
    /// is.</exception>
    public void Validate() => new StudyOptionsValidator().Require(this);

    /// <summary>What the values have to be to each other.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        string[] names = [.. Claims.Select(claim => claim.Name), MiningCost.Name];
        foreach (var name in Only.Where(name => !names.Contains(name)))
        {
            yield return new ValidationResult(name switch
            {
                ModelClaims.TeacherName => $"the claim {name} needs a model to learn from: give --teacher MODEL",
                ModelClaims.ShareName => $"the claim {name} needs a model to start from: give --init MODEL",
                _ => $"there is no claim named {name}; there are {string.Join(", ", names)}",
            });
        }
    }

    /// <summary>Those that can be rerun.</summary>
    internal IReadOnlyList<Claim> Claims =>
    [
        .. Studies.Claims.All,
        .. Teacher is { } teacher ? [ModelClaims.Teacher(teacher)] : Array.Empty<Claim>(),
        .. Start is { } start ? [ModelClaims.Share(start)] : Array.Empty<Claim>(),
    ];

    internal bool Wants(string name) => Only.Count == 0 || Only.Contains(name);

    /// <summary>
    /// What every variant starts from: semi-hard triplets alone, on clean and changed crops of a second.
    /// </summary>
    internal TrainingOptions Base() => new()
    {
        FrontEnd = FrontEnd,
        Encoder = Encoder,
        Bank = new FeatureBankOptions
        {
            Folder = Path.Combine(Folder, "features"),
            Speeds = [1],
            Versions = 2,
            // What takes longest, and needs libraries that not every machine has, is left out.
            Augmentation = new AugmentationOptions { ProsodyProbability = 0, CodecProbability = 0 },
        },
        Sampling = new SamplingOptions { Speakers = 24, Utterances = 4 },
        Crops = new CropOptions
        {
            ShortestSeconds = 1,
            LongestSeconds = 1,
            NoiseFloorProbability = 0,
            BandMaskProbability = 0,
            TimeMaskProbability = 0,
        },
        Steps = Steps,
        SoftmaxWeight = 0,
        // In bfloat16 a figure would depend on the processor.
        BFloat16 = false,
        Threads = 1,
    };
}

/// <summary>Checks <see cref="StudyOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class StudyOptionsValidator : IValidateOptions<StudyOptions>;
