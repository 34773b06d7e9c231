using Speaker.Corpora;
using Speaker.Training.Distances;
using Speaker.Training.Losses;
using Speaker.Training.Network;
using Speaker.Training.Sampling;

namespace Speaker.Training.Runs;

/// <summary>The losses that a run's options ask for.</summary>
internal static class TrainingLosses
{
    /// <summary>The name of the triplet loss in the sum; the others are called as their options begin.</summary>
    public const string Triplet = "triplet";

    /// <summary>The name of the softmax in the sum.</summary>
    public const string Softmax = "softmax";

    public static LossSum Create(
        TrainingOptions options, LearningSchedule schedule, IReadOnlyList<SpeakerClass> classes)
    {
        var distance = Distances.Distance.Parse(options.Distance);
        var losses = new List<WeightedLoss>();
        Add(Triplet, options.TripletWeight, schedule.TripletWeight,
            () => TripletLoss.Create(options.TripletKind, distance, options.TripletMargin));
        AddSteady("teacher", options.Teachers.Count == 0 ? 0 : options.TeacherWeight, () => new TeacherCosineLoss());
        AddSteady(
            "similarity", options.Teachers.Count == 0 ? 0 : options.SimilarityWeight, () => new TeacherSimilarityLoss());
        AddSteady("contrastive", options.ContrastiveWeight, () => new ContrastiveLoss(
            options.ContrastiveMargin, ContrastiveLoss.ParsePairs(options.ContrastivePairs)));
        AddSteady("lifted", options.LiftedWeight, () => new LiftedStructureLoss(options.LiftedMargin));
        AddSteady("prototypical", options.PrototypicalWeight, () => new AngularPrototypicalLoss());
        AddSteady("ge2e", options.Ge2eWeight, () => new GeneralizedEndToEndLoss());
        Add(Softmax, options.SoftmaxWeight, schedule.SoftmaxWeight, () => SpeakerSoftmax.Create(
            options.SoftmaxKind,
            options.Encoder.Dimension,
            classes.Count,
            options.SoftmaxScale,
            options.SoftmaxWithinCorpus ? CorpusOfEach(classes) : null));
        return new LossSum(losses);

        void Add(string name, double weight, Func<int, double> weightOf, Func<BatchLoss> create)
        {
            if (weight > 0)
            {
                losses.Add(new WeightedLoss(name, create(), weightOf));
            }
        }

        void AddSteady(string name, double weight, Func<BatchLoss> create) => Add(name, weight, _ => weight, create);
    }

    private static long[] CorpusOfEach(IReadOnlyList<SpeakerClass> classes)
    {
        var corpora = classes.Select(c => c.Corpus).Distinct(StringComparer.Ordinal).ToList();
        return [.. classes.Select(c => (long)corpora.IndexOf(c.Corpus))];
    }
}
