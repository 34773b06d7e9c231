using System.Globalization;
using Speaker.Training.Distances;
using Speaker.Training.Losses;
using Speaker.Training.Mining;
using Speaker.Training.Runs;

namespace Speaker.Training.Studies;

/// <summary>The claims of the literature on triplets that a study reruns, each around the same base run.</summary>
internal static class Claims
{
    private const string Schroff = "Schroff et al., 2015";
    private const string Hermans = "Hermans et al., 2017";
    private const string Wu = "Wu et al., 2017";
    private const string Li = "Li et al., 2017";

    public static IReadOnlyList<Claim> All { get; } =
        [Sampling(), Mining(), Margin(), Distance(), Imbalance(), Combination()];

    private static Claim Sampling() => new(
        "sampling",
        "What matters more, the loss or which pairs and triplets it is given?",
        $"{Wu}, \"Sampling matters in deep embedding learning\"",
        [
            new("triplet, random", options => options with { Mining = "random" }),
            new("triplet, semi-hard", options => options),
            new("triplet, distance-weighted", options => options with { Mining = "distance-weighted" }),
            new("contrastive, random", options => Contrastive(options) with { Mining = "random" }),
            new("contrastive, semi-hard", Contrastive),
            new("contrastive, distance-weighted", options => Contrastive(options) with
            {
                Mining = "distance-weighted",
            }),
        ],
        [
            new("triplet, random", "contrastive, random", Wu),
            new("triplet, semi-hard", "triplet, random", Wu),
            new("contrastive, distance-weighted", "contrastive, random", Wu),
            new("contrastive, distance-weighted", "triplet, semi-hard", Wu),
            new("triplet, distance-weighted", "triplet, semi-hard", Wu),
        ]);

    private static TrainingOptions Contrastive(TrainingOptions options) =>
        options with { TripletWeight = 0, ContrastiveWeight = 1, ContrastivePairs = "mined" };

    private static Claim Mining() => new(
        "mining",
        "Which triplets should an untrained encoder learn from, and does hard mining collapse?",
        $"{Schroff}, \"FaceNet\"; {Hermans}, \"In defense of the triplet loss\"",
        [
            new("random", options => options with { Mining = "random" }),
            new("batch-all", options => options with { Mining = "batch-all" }),
            new("semi-hard", options => options),
            new("batch-hard", options => options with { Mining = "batch-hard" }),
            new(
                "batch-hard, soft margin",
                options => options with { Mining = "batch-hard", TripletKind = "soft-margin" }),
            new(
                "batch-all, semi-hard, then batch-hard",
                options => options with { Mining = "batch-all:0.2,semi-hard:0.6,batch-hard" }),
            new("easy-positive", options => options with { Mining = "easy-positive" }),
        ],
        [
            new("semi-hard", "random", Schroff),
            new("semi-hard", "batch-hard", Schroff),
            new("batch-hard, soft margin", "batch-all", Hermans),
            new("batch-hard, soft margin", "batch-hard", Hermans),
            new("easy-positive", "semi-hard", "Xuan et al., 2020"),
        ]);

    private static Claim Margin() => new(
        "margin",
        "How wide should the margin be, in squared Euclidean distance?",
        $"{Schroff} take 0.2",
        [
            .. ((double[])[0.05, 0.1, 0.2, 0.3, 0.5, 1]).Select(margin => new StudyVariant(
                margin.ToString(CultureInfo.InvariantCulture), options => options with { TripletMargin = margin })
            {
                Value = margin,
            }),
        ],
        [new("0.2", "0.05", Schroff), new("0.2", "1", Schroff)]);

    private static Claim Distance() => new(
        "distance",
        "Does it matter by which distance triplets are compared?",
        $"{Schroff}: squared Euclidean; {Hermans}: not squared",
        [
            new("squared Euclidean, margin 0.3", options => options),
            new("cosine, margin 0.15", options => options with { Distance = "cosine", TripletMargin = 0.15 }),
            new("cosine, margin 0.3", options => options with { Distance = "cosine" }),
            new("Euclidean, margin 0.15", options => options with { Distance = "euclidean", TripletMargin = 0.15 }),
            new("Euclidean, margin 0.3", options => options with { Distance = "euclidean" }),
        ],
        [
            new("Euclidean, margin 0.3", "squared Euclidean, margin 0.3", Hermans),
            new("squared Euclidean, margin 0.3", "cosine, margin 0.15",
                "arithmetic, as on unit vectors the squared distance is twice the cosine distance") { Alike = true },
        ]);

    private static Claim Imbalance() => new(
        "imbalance",
        "Where few speakers have much of the speech, how should batches be drawn?",
        $"{Hermans}: P speakers × K utterances",
        [
            new("P × K, speakers alike", options => options with
            {
                Sampling = options.Sampling with { DurationExponent = 0 },
            }) { Speech = StudySpeech.Imbalanced },
            new("P × K, by root of seconds", options => options) { Speech = StudySpeech.Imbalanced },
            new("utterances alike", options => options with
            {
                Sampling = options.Sampling with { EvenUtterances = true },
            }) { Speech = StudySpeech.Imbalanced },
        ],
        [
            new("P × K, speakers alike", "utterances alike", Hermans),
            new("P × K, by root of seconds", "utterances alike", Hermans),
        ]);

    private static Claim Combination() => new(
        "combination",
        "Triplets alone, a softmax over the speakers alone, both, or one after the other?",
        $"{Li}, \"Deep Speaker\": softmax first, then triplets",
        [
            new("triplet alone", options => options),
            new("softmax alone", options => options with { TripletWeight = 0, SoftmaxWeight = 1 }),
            new("joint", options => options with { SoftmaxWeight = 1 }),
            new("softmax, then triplet", options => options with
            {
                SoftmaxWeight = 1, SoftmaxStopShare = 0.5, TripletStartShare = 0.5,
            }),
        ],
        [
            new("softmax, then triplet", "triplet alone", Li),
            new("softmax, then triplet", "softmax alone", Li),
            new("joint", "triplet alone", "first tries of this project"),
            new("joint", "softmax alone", "first tries of this project"),
        ]);
}
