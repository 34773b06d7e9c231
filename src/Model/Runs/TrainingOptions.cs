using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Speaker.Audio.Features;
using Speaker.Audio.Validation;
using Speaker.Evaluation;
using Speaker.Models;
using Speaker.Scoring;
using Speaker.Training.Distances;
using Speaker.Training.Losses;
using Speaker.Training.Mining;
using Speaker.Training.Network;
using Speaker.Training.Sampling;

namespace Speaker.Training.Runs;

/// <summary>
/// Everything that fixes a training run beside the recordings.
/// </summary>
internal sealed record TrainingOptions : IValidatableObject
{
    [ValidateObjectMembers(typeof(FrontEndSpecificationValidator))]
    public FrontEndSpecification FrontEnd { get; init; } = new();

    [ValidateObjectMembers(typeof(EncoderSpecificationValidator))]
    public EncoderSpecification Encoder { get; init; } = new();

    [ValidateObjectMembers(typeof(FeatureBankOptionsValidator))]
    public required FeatureBankOptions Bank { get; init; }

    [ValidateObjectMembers(typeof(SamplingOptionsValidator))]
    public SamplingOptions Sampling { get; init; } = new();

    [ValidateObjectMembers(typeof(CropOptionsValidator))]
    public CropOptions Crops { get; init; } = new();

    /// <summary>
    /// Weights files of the models to start from, of this front end: together they hold the branches of this encoder, in
    /// this order. None: random weights.
    /// </summary>
    public IReadOnlyList<string> From { get; init; } = [];

    /// <summary>
    /// What the weights that the run starts from weigh in those it writes, 0 (nothing) to 1: the mean of old and new
    /// weights keeps more of what the old ones knew (Wortsman et al., 2022, "Robust fine-tuning of zero-shot models").
    /// Without steps: what the second of two models weighs against the first.
    /// </summary>
    [Between(0, 1)]
    public double InitialShare { get; init; }

    /// <summary>
    /// What each of the models to start from weighs in the cosine of the joined encoder that they are made, without steps:
    /// above 0 to 100. Empty: they are branches of one encoder, or averaged.
    /// </summary>
    [Between(1e-6, 100)]
    public IReadOnlyList<double> JoinWeights { get; init; } = [];

    /// <summary>
    /// What to learn from, together: weights files of models, or files of embeddings without a card
    /// (<see cref="TeacherFile"/>). In settings one may stand as a text.
    /// </summary>
    [JsonPropertyName("teacher")]
    public IReadOnlyList<string> Teachers { get; init; } = [];

    /// <summary>
    /// What each of the teachers weighs in the cosine of two targets: above 0 to 100. Empty: 1 each.
    /// </summary>
    [Between(1e-6, 100)]
    public IReadOnlyList<double> TeacherWeights { get; init; } = [];

    /// <summary>
    /// What each of the teachers weighs where a crop is the longest, as <see cref="TeacherWeights"/>, which are then those
    /// of the shortest; in between the target goes from the one to the other by the logarithm of the length. Empty: the
    /// same at every length.
    /// </summary>
    [Between(1e-6, 100)]
    public IReadOnlyList<double> TeacherLongWeights { get; init; } = [];

    /// <summary>Folders of recordings without speakers, for the teacher's terms.</summary>
    public IReadOnlyList<string> Unlabelled { get; init; } = [];

    /// <summary>
    /// Weight of 1 − cos between the embedding of a crop and the teacher's of its whole recording, 0 to 100.
    /// </summary>
    [Between(0, 100)]
    public double TeacherWeight { get; init; } = 1;

    /// <summary>
    /// Weight of the mean squared difference between the batch's cosines and the teacher's, 0 to 100.
    /// </summary>
    [Between(0, 100)]
    public double SimilarityWeight { get; init; } = 1;

    /// <summary>What the mean of a recording's speaker weighs in the teacher's target, 0 to 1.</summary>
    [Between(0, 1)]
    public double SpeakerMeanShare { get; init; } = 0.3;

    /// <summary>
    /// Batches learnt from, 1 to 10,000,000; or 0, where there are models to start from: they are joined as they are.
    /// </summary>
    [Between(0, 10_000_000)]
    public int Steps { get; init; } = 4000;

    /// <summary>Weight of the triplet loss, 0 to 100.</summary>
    [Between(0, 100)]
    public double TripletWeight { get; init; } = 1;

    /// <summary>hinge, active-hinge (averaged over the triplets above 0 only) or soft-margin.</summary>
    public string TripletKind { get; init; } = "hinge";

    /// <summary>Distance of triplet loss and mining: squared-euclidean, euclidean or cosine.</summary>
    public string Distance { get; init; } = "squared-euclidean";

    /// <summary>Of hinge and mining, above 0 to 4, in the unit of the distance.</summary>
    [Between(1e-6, 4)]
    public double TripletMargin { get; init; } = 0.3;

    /// <summary>Share of the steps before the triplet loss comes in, 0 to 1.</summary>
    [Between(0, 1)]
    public double TripletStartShare { get; init; }

    /// <summary>Share of the steps, from there, over which its weight grows from 0 in even steps, 0 to 1.</summary>
    [Between(0, 1)]
    public double TripletRampShare { get; init; }

    /// <summary>
    /// How triplets are chosen: random, batch-all, semi-hard, batch-hard, easy-positive, easy-positive-hard or
    /// distance-weighted; or several with the share of the steps until which each is used, such as
    /// "batch-all:0.1,semi-hard:0.7,batch-hard".
    /// </summary>
    public string Mining { get; init; } = "semi-hard";

    /// <summary>Weight of the contrastive loss, 0 to 100.</summary>
    [Between(0, 100)]
    public double ContrastiveWeight { get; init; }

    /// <summary>Euclidean distance beyond which two speakers are left alone, above 0 to 2.</summary>
    [Between(1e-6, 2)]
    public double ContrastiveMargin { get; init; } = 1;

    /// <summary>batch (every pair of it) or mined (the pairs of the mined triplets).</summary>
    public string ContrastivePairs { get; init; } = "batch";

    /// <summary>Weight of the lifted-structure loss, 0 to 100.</summary>
    [Between(0, 100)]
    public double LiftedWeight { get; init; }

    /// <summary>Its margin, a Euclidean distance, above 0 to 4.</summary>
    [Between(1e-6, 4)]
    public double LiftedMargin { get; init; } = 1;

    /// <summary>Weight of the angular prototypical loss, 0 to 100.</summary>
    [Between(0, 100)]
    public double PrototypicalWeight { get; init; }

    /// <summary>Weight of the generalised end-to-end loss, 0 to 100.</summary>
    [Between(0, 100)]
    public double Ge2eWeight { get; init; }

    /// <summary>Weight of the softmax over the training speakers, 0 to 100; 0 trains without one.</summary>
    [Between(0, 100)]
    public double SoftmaxWeight { get; init; } = 1;

    /// <summary>plain, additive-margin, additive-angular-margin or sphereface2.</summary>
    public string SoftmaxKind { get; init; } = "additive-angular-margin";

    /// <summary>
    /// Margin of the softmax, 0 to 1: radians of the additive-angular-margin, a cosine of the additive-margin and of
    /// sphereface2; the plain one has none. Reached in even steps from 0.
    /// </summary>
    [Between(0, 1)]
    public double AngularMargin { get; init; } = 0.2;

    /// <summary>Share of the steps over which that margin grows, 0 to 1.</summary>
    [Between(0, 1)]
    public double MarginRampShare { get; init; } = 0.5;

    /// <summary>1 to 200.</summary>
    [Between(1, 200)]
    public double SoftmaxScale { get; init; } = 30;

    /// <summary>Share of the steps after which the softmax is left out, 0 to 1.</summary>
    [Between(0, 1)]
    public double SoftmaxStopShare { get; init; } = 1;

    /// <summary>
    /// Compare a speaker with those of the same corpus only: telling the corpora apart, which the channel gives away,
    /// then earns nothing.
    /// </summary>
    public bool SoftmaxWithinCorpus { get; init; }

    /// <summary>Learning rate at its height, above 0 to 1.</summary>
    [Between(1e-12, 1)]
    public double LearningRate { get; init; } = 3e-3;

    /// <summary>Share of the steps in which the rate rises, 0 to 0.9.</summary>
    [Between(0, 0.9)]
    public double WarmUpShare { get; init; } = 0.15;

    /// <summary>
    /// Decoupled decay of weight matrices and kernels, 0 to 1; biases and normalisation are left alone.
    /// </summary>
    [Between(0, 1)]
    public double WeightDecay { get; init; } = 0.02;

    /// <summary>The same for the softmax's directions.</summary>
    [Between(0, 1)]
    public double SoftmaxWeightDecay { get; init; } = 1e-4;

    /// <summary>Largest norm of the encoder's gradient, above 0.</summary>
    [Between(1e-6, 1e6)]
    public double GradientNorm { get; init; } = 5;

    /// <summary>Share of the averaged weights that a step keeps, 0 (no averaging) to 0.99999.</summary>
    [Between(0, 0.99999)]
    public double AveragingDecay { get; init; } = 0.999;

    /// <summary>How matrices and kernels are stored; what is measured is measured with them as stored.</summary>
    public WeightStorage Storage { get; init; }

    /// <summary>Convolve in bfloat16 while training; null: where it is multiplied in hardware.</summary>
    public bool? BFloat16 { get; init; }

    /// <summary>Steps between evaluations on the dev speakers, 1 or more.</summary>
    [Between(1, int.MaxValue)]
    public int EvaluateEvery { get; init; } = 500;

    /// <summary>Evaluations without improvement after which the run stops, 1 or more.</summary>
    [Between(1, int.MaxValue)]
    public int Patience { get; init; } = 1000;

    /// <summary>Steps between reports of progress, 1 or more.</summary>
    [Between(1, int.MaxValue)]
    public int ReportEvery { get; init; } = 20;

    /// <summary>Minutes between checkpoints, 0 (after every step) to 1,440.</summary>
    [Between(0, 1440)]
    public double CheckpointMinutes { get; init; } = 5;

    /// <summary>
    /// Steps in a row without progress from the margin before the run is given up as collapsed, 10 or more.
    /// </summary>
    [Between(10, int.MaxValue)]
    public int CollapseSteps { get; init; } = 300;

    /// <summary>What the network and its batches are computed on: cpu, or cuda for a graphics processor of
    /// NVIDIA's.</summary>
    public string Device { get; init; } = TrainingDevice.Cpu;

    /// <summary>Threads of the tensor library, 0 (its own choice) to 256.</summary>
    [Between(0, 256)]
    public int Threads { get; init; }

    public int Seed { get; init; } = 1;

    /// <summary>
    /// Normalise distances by a cohort of the training speakers (AS-norm); null: where there are
    /// <see cref="CohortMaker.EnoughSpeakers"/> of them and it lowers the error rate of the dev speakers.
    /// </summary>
    public bool? AsNorm { get; init; }

    /// <summary>Nearest members of the cohort that count, 2 to 1,000.</summary>
    [Between(2, 1000)]
    public int AsNormTop { get; init; } = Scoring.AsNormSpecification.DefaultTop;

    /// <exception cref="OptionsValidationException">A value is out of its bounds; the message names every one that
    /// is.</exception>
    public void Validate() => new TrainingOptionsValidator().Require(this);

    /// <summary>What the values have to be to each other.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Steps < 1 && From.Count == 0)
        {
            yield return Bounds.Failure(
                validationContext, nameof(Steps), Bounds.Text(Steps), Bounds.From(1, 10_000_000));
        }

        if (InitialShare > 0 && From.Count == 0)
        {
            yield return Bounds.Failure(
                validationContext, nameof(InitialShare), Bounds.Text(InitialShare), "0 where no model is started from");
        }

        if (InitialShare > 0 && Steps == 0 && From.Count != 2)
        {
            yield return Bounds.Failure(
                validationContext, nameof(From), Bounds.Text(From.Count),
                "2 models where their weights are averaged without steps, the learnt one first");
        }

        if (JoinWeights.Count > 0 && (Steps > 0 || InitialShare > 0 || JoinWeights.Count != From.Count))
        {
            yield return Bounds.Failure(
                validationContext, nameof(JoinWeights), Plural.Of(JoinWeights.Count, "weight"),
                $"one for each of the {From.Count} models to start from, without steps and without an average of weights");
        }

        if (TeacherWeights.Count > 0 && TeacherWeights.Count != Teachers.Count)
        {
            yield return Bounds.Failure(
                validationContext, nameof(TeacherWeights), Plural.Of(TeacherWeights.Count, "weight"),
                $"one for each of the {Teachers.Count} teachers, or none");
        }

        if (TeacherLongWeights.Count > 0 && TeacherLongWeights.Count != Teachers.Count)
        {
            yield return Bounds.Failure(
                validationContext, nameof(TeacherLongWeights), Plural.Of(TeacherLongWeights.Count, "weight"),
                $"one for each of the {Teachers.Count} teachers, or none");
        }

        if (Unlabelled.Count > 0 && Teachers.Count == 0)
        {
            yield return Bounds.Failure(
                validationContext, nameof(Unlabelled), $"[{string.Join(", ", Unlabelled)}]",
                "none without a teacher: there is nothing else to learn from them");
        }

        foreach (var (name, value, names) in ((string, string, IReadOnlyList<string>)[])
                 [
                     (nameof(Device), Device, TrainingDevice.Names),
                     (nameof(TripletKind), TripletKind, TripletLoss.Kinds),
                     (nameof(SoftmaxKind), SoftmaxKind, SpeakerSoftmax.Kinds),
                 ])
        {
            if (!names.Contains(value))
            {
                yield return Bounds.Failure(validationContext, name, $"'{value}'", Bounds.OneOf(names));
            }
        }

        if (Encoder.Coefficients != FrontEnd.Cepstra)
        {
            yield return Bounds.Failure(
                validationContext, $"{nameof(Encoder)}.{nameof(Encoder.Coefficients)}",
                Bounds.Text(Encoder.Coefficients), $"the {FrontEnd.Cepstra} cepstra that the front end makes");
        }

        if (!Encoder.CanRead(FrontEnd))
        {
            yield return Bounds.Failure(
                validationContext, $"{nameof(FrontEnd)}.{nameof(FrontEnd.Cepstra)}",
                $"{FrontEnd.Cepstra} with a lifter of {FrontEnd.LifterSize}",
                $"all {FrontEnd.MelBands} of its mel bands without a lifter: a ResNet makes the bands of them again");
        }

        foreach (var problem in (string?[])
                 [
                     Problem(() => Distances.Distance.Parse(Distance)), Problem(() => MiningSchedule.Parse(Mining)),
                     Problem(() => ContrastiveLoss.ParsePairs(ContrastivePairs)), LossFreeSteps(),
                 ])
        {
            if (problem is not null)
            {
                yield return new ValidationResult(problem);
            }
        }
    }

    /// <summary>What a parser says of a name that is none; null where it is one.</summary>
    private static string? Problem<T>(Func<T> parse)
    {
        try
        {
            parse();
            return null;
        }
        catch (ModelException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>Which steps would have no loss; null where all have one.</summary>
    private string? LossFreeSteps()
    {
        var ofTeacher = Teachers.Count == 0 ? 0 : TeacherWeight + SimilarityWeight;
        if (ContrastiveWeight + LiftedWeight + PrototypicalWeight + Ge2eWeight + ofTeacher > 0)
        {
            return null;
        }

        var softmaxUntil = SoftmaxWeight > 0 ? SoftmaxStopShare : 0;
        var tripletFrom = TripletWeight > 0 ? TripletStartShare : 1;
        return softmaxUntil >= tripletFrom ? null
            : TripletWeight + SoftmaxWeight == 0
            ? "TrainingOptions: the weight of every loss is 0; there is nothing to learn by."
            : string.Create(
                CultureInfo.InvariantCulture,
                $"TrainingOptions: from {softmaxUntil * 100:0.#} % to {tripletFrom * 100:0.#} % of the steps no loss ")
                + "has a weight; let TripletStartShare be no later than SoftmaxStopShare.";
    }
}

/// <summary>Checks <see cref="TrainingOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class TrainingOptionsValidator : IValidateOptions<TrainingOptions>;
