using System.Globalization;

namespace Speaker.Training.Studies;

/// <summary>Claims about learning from a model that is there; a study reruns them where it is given one.</summary>
internal static class ModelClaims
{
    public const string TeacherName = "teacher";

    public const string ShareName = "share";

    private const string Hinton = "Hinton et al., 2015";
    private const string Wortsman = "Wortsman et al., 2022";

    /// <summary>What each term of a teacher gives; see <see cref="Losses.TeacherCosineLoss"/> and
    /// <see cref="Losses.TeacherSimilarityLoss"/>.</summary>
    public static Claim Teacher(StudyModel teacher)
    {
        const string Alone = "triplet alone";
        const string Both = "triplet, cosine and similarities";
        return new(
            TeacherName,
            $"What does it give to learn from {teacher.Card.Name} too?",
            $"{Hinton}, \"Distilling the knowledge in a neural network\"",
            [
                new(Alone, options => options with
                {
                    // Of the teacher's size in every variant, since its cosine asks for it.
                    Encoder = options.Encoder with { Dimension = teacher.Card.Encoder.Dimension },
                }),
                Taught("triplet and cosine", cosine: 1, similarities: 0, speakerMean: 0),
                Taught("triplet and similarities", cosine: 0, similarities: 3, speakerMean: 0),
                Taught(Both, cosine: 1, similarities: 3, speakerMean: 0),
                Taught("these, drawn to the speaker's mean", cosine: 1, similarities: 3, speakerMean: 0.4),
                Taught("cosine and similarities alone", cosine: 1, similarities: 3, speakerMean: 0, triplet: 0),
            ],
            [
                new("triplet and cosine", Alone, Hinton),
                new("triplet and similarities", Alone, Hinton),
                new(Both, "triplet and cosine", "the runs of model.md"),
                new("these, drawn to the speaker's mean", Both, "the runs of model.md"),
                new(Both, "cosine and similarities alone", "the runs of model.md"),
            ]);

        StudyVariant Taught(
            string name, double cosine, double similarities, double speakerMean, double triplet = 1) =>
            new(name, options => options with
            {
                Encoder = options.Encoder with { Dimension = teacher.Card.Encoder.Dimension },
                Teachers = [teacher.Path],
                TeacherWeight = cosine,
                SimilarityWeight = similarities,
                SpeakerMeanShare = speakerMean,
                TripletWeight = triplet,
            });
    }

    /// <summary>What the weights that a run starts from should weigh in those that it gives.</summary>
    public static Claim Share(StudyModel start) => new(
        ShareName,
        $"Refined from {start.Card.Name}: what should the old weights weigh in the mean of old and new?",
        $"{Wortsman}, \"Robust fine-tuning of zero-shot models\"",
        [
            .. ((double[])[0, 0.25, 0.5, 0.75, 1]).Select(share => new StudyVariant(
                share.ToString(CultureInfo.InvariantCulture), options => options with
                {
                    From = [start.Path],
                    Encoder = start.Card.Encoder,
                    InitialShare = share,
                    // As docs/accurate-cuda.json has it: a tenth of what random weights take.
                    LearningRate = options.LearningRate / 10,
                    // The old weights alone are those after any step.
                    Steps = share == 1 ? 1 : options.Steps,
                })
            {
                Value = share,
            }),
        ],
        [new("0.5", "0", Wortsman), new("0.5", "1", Wortsman)]);
}
