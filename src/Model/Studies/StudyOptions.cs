using Speaker.Audio.Features;
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
internal sealed record StudyOptions
{
    /// <summary>Where features and finished runs are kept; a study with the same options goes on from them.</summary>
    public required string Folder { get; init; }

    /// <summary>Names of the claims to rerun; empty: all, and the cost of mining.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Batches that each run learns from, 1 to 1,000,000.</summary>
    public int Steps { get; init; } = 250;

    /// <summary>Runs of each variant, with the seeds 1, 2, 3, …; 1 to 100.</summary>
    public int Seeds { get; init; } = 3;

    /// <summary>Utterances learnt from of each speaker, at most, 2 to 10,000.</summary>
    public int UtterancesPerSpeaker { get; init; } = 20;

    /// <summary>Utterances of each held-out speaker that are measured, at most, 2 to 10,000.</summary>
    public int HeldOutUtterances { get; init; } = 12;

    /// <summary>Draws of speakers and seeds that the intervals come from, 100 to 10,000.</summary>
    public int Draws { get; init; } = 500;

    /// <summary>Runs at once, each on one thread, 1 to 256.</summary>
    public int Jobs { get; init; } = Environment.ProcessorCount;

    /// <summary>Batch sizes at which mining is timed, each 8 to 4,096.</summary>
    public IReadOnlyList<int> MiningBatches { get; init; } = [64, 128, 256, 512, 1024];

    public FrontEndSpecification FrontEnd { get; init; } = new();

    public EncoderSpecification Encoder { get; init; } = new()
    {
        Width = 48, Dilations = [1, 2, 3], AggregateWidth = 96, AttentionWidth = 32, Dimension = 64,
    };

    /// <summary>Throws <see cref="ModelException"/> naming the value and the bound where one is out of range.</summary>
    public void Validate()
    {
        foreach (var (name, value, low, high) in ((string, int, int, int)[])
                 [
                     (nameof(Steps), Steps, 1, 1_000_000), (nameof(Seeds), Seeds, 1, 100),
                     (nameof(UtterancesPerSpeaker), UtterancesPerSpeaker, 2, 10_000),
                     (nameof(HeldOutUtterances), HeldOutUtterances, 2, 10_000), (nameof(Draws), Draws, 100, 10_000),
                     (nameof(Jobs), Jobs, 1, 256),
                     .. MiningBatches.Select(batch => (nameof(MiningBatches), batch, 8, 4096)),
                 ])
        {
            if (value < low || value > high)
            {
                throw new ModelException(
                    $"StudyOptions.{name} is {value}; it must lie between {low} and {high}.");
            }
        }

        foreach (var name in Only)
        {
            if (name != MiningCost.Name && Claims.All.All(claim => claim.Name != name))
            {
                throw new ModelException(
                    $"There is no claim named {name}; there are "
                    + $"{string.Join(", ", Claims.All.Select(claim => claim.Name).Append(MiningCost.Name))}.");
            }
        }
    }

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
