using Speaker.Corpora;
using Speaker.Inference;
using Speaker.Models;
using Speaker.Training.Sampling;

namespace Speaker.Training.Runs;

/// <summary>
/// What the teachers of a recipe make of a bank's recordings, and the targets that they give together: one model's as
/// they are; those of several, or embeddings that another program made, joined.
/// </summary>
internal sealed class Teachers
{
    private readonly IReadOnlyList<BankEmbeddings> _each;
    private readonly TeacherJoin? _join;

    /// <param name="each">What each makes of the same recordings.</param>
    /// <param name="join">How they are joined; null: there is one, which is taken as it is.</param>
    public Teachers(IReadOnlyList<BankEmbeddings> each, TeacherJoin? join) => (_each, _join) = (each, join);

    /// <summary>The teachers of a recipe; null where it has none.</summary>
    /// <exception cref="ModelException">The embeddings do not fit the encoder's and are to be learnt themselves, or a
    /// file cannot be read or written.</exception>
    public static Teachers? OfBank(
        FeatureBank bank,
        Corpus corpus,
        TrainingOptions options,
        TimeProvider time,
        IProgress<FeatureBankProgress>? bankProgress,
        IProgress<TeacherProgress>? teacherProgress,
        CancellationToken cancellationToken)
    {
        if (options.Teachers.Count == 0)
        {
            return null;
        }

        // What can be refused is refused before hours of embedding.
        VoiceEncoder?[] models =
        [
            .. options.Teachers.Select(
                teacher => TeacherFile.IsOne(teacher) ? null : VoiceEncoder.Load(teacher, cancellationToken)),
        ];
        BankEmbeddings?[] files =
        [
            .. options.Teachers.Select((teacher, i) => models[i] is not null ? null : TeacherFile.Read(
                teacher, bank.Utterances, corpus.Directory, options.Unlabelled, bank.Speeds)),
        ];
        var isJoined = models is not [not null];
        CheckDimension(
            [.. models.Select((model, i) => model?.Card.Encoder.Dimension ?? files[i]!.Dimension)], isJoined, options);
        BankEmbeddings[] each =
            [.. models.Select((model, i) => model is null ? files[i]! : Hear(options.Teachers[i], model))];
        return new Teachers(each, !isJoined ? null : new TeacherJoin(
            options.TeacherWeights.Count > 0 ? options.TeacherWeights : [.. each.Select(_ => 1.0)],
            options.TeacherLongWeights,
            options.Encoder.Dimension,
            // Similarities are the same however the space is turned.
            options.TeacherWeight > 0
                ? [.. options.From.Select(path => Hear(path, VoiceEncoder.Load(path, cancellationToken)))]
                : []));

        BankEmbeddings Hear(string path, VoiceEncoder model) => TeacherEmbeddings.OfBank(
            bank, path, model, options, time, bankProgress, teacherProgress, cancellationToken);
    }

    /// <summary>The same, as if some recordings had never been there.</summary>
    /// <param name="isLeftOut">Asked of each recording's number.</param>
    public Teachers Without(Func<int, bool> isLeftOut) => new(
        [.. _each.Select(taught => Without(taught, isLeftOut))],
        _join is null ? null : _join with { Start = [.. _join.Start.Select(heard => Without(heard, isLeftOut))] });

    /// <summary>What they give together as targets.</summary>
    /// <param name="classes">Speakers with a label, at each speed.</param>
    /// <param name="speakerShare">As <see cref="TrainingOptions.SpeakerMeanShare"/>.</param>
    /// <exception cref="ModelException">There are too few recordings to join them by.</exception>
    public TeacherTargets Targets(IReadOnlyList<SpeakerClass> classes, double speakerShare)
    {
        var (ofShort, ofLong) = _join?.Join(_each) ?? (_each[0], null);
        return TeacherTargets.Of(ofShort, ofLong, classes, speakerShare);
    }

    private static void CheckDimension(int[] dimensions, bool isJoined, TrainingOptions options)
    {
        var together = dimensions.Sum();
        if (options.TeacherWeight == 0
            || (isJoined ? together >= options.Encoder.Dimension : together == options.Encoder.Dimension))
        {
            return;
        }

        throw new ModelException(isJoined
            ? $"The teachers' embeddings have {together} numbers together, fewer than the encoder's "
            + $"{options.Encoder.Dimension}: set encoder.dimension to {together} or less, or learn by their similarities "
            + "alone with --set teacherWeight=0."
            : $"The teacher's embeddings have {together} numbers, the encoder's {options.Encoder.Dimension}: set "
            + "encoder.dimension to that, or learn by its similarities alone with --set teacherWeight=0.");
    }

    private static BankEmbeddings Without(BankEmbeddings taught, Func<int, bool> isLeftOut)
    {
        var rows = (float[])taught.Rows.Clone();
        var size = taught.Dimension * taught.Speeds;
        for (var i = 0; i < rows.Length / size; i++)
        {
            if (isLeftOut(i))
            {
                rows.AsSpan(i * size, size).Clear();
            }
        }

        return taught with { Rows = rows };
    }
}
