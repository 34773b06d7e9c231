using Speaker.Training.Runs;

namespace Speaker.Training.Studies;

/// <summary>What a run of a study learns from.</summary>
internal enum StudySpeech
{
    /// <summary>Every chosen utterance of every training speaker.</summary>
    Everything,

    /// <summary>
    /// Of each corpus a tenth of the speakers, those with most utterances, keep all of theirs; the others keep two.
    /// </summary>
    Imbalanced,
}

/// <summary>One way of training that a claim compares with others.</summary>
/// <param name="Name">Unique within the claim.</param>
/// <param name="Change">What it changes in the study's base options.</param>
internal sealed record StudyVariant(string Name, Func<TrainingOptions, TrainingOptions> Change)
{
    public StudySpeech Speech { get; init; }

    /// <summary>Its place where the claim varies a number; null where it varies a kind.</summary>
    public double? Value { get; init; }
}

/// <summary>What the literature, or arithmetic, expects of two variants of a claim.</summary>
/// <param name="Better">Name of the variant that is to have the lower error.</param>
/// <param name="Worse">Name of the other one.</param>
/// <param name="Source">Who expects it.</param>
internal sealed record Expectation(string Better, string Worse, string Source)
{
    /// <summary>Whether the two are to be alike, and not one better than the other.</summary>
    public bool Alike { get; init; }
}

/// <summary>A claim about training that a study puts to the test.</summary>
/// <param name="Name">As the command line takes it.</param>
/// <param name="Question">What is asked.</param>
/// <param name="Source">Where the claim comes from.</param>
/// <param name="Variants">Two or more.</param>
/// <param name="Expectations">Between variants of this claim.</param>
internal sealed record Claim(
    string Name,
    string Question,
    string Source,
    IReadOnlyList<StudyVariant> Variants,
    IReadOnlyList<Expectation> Expectations);
