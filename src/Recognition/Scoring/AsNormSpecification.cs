namespace Speaker.Scoring;

/// <summary>
/// The part of a model card that says how distances are normalised by the cohort beside the weights; see
/// <see cref="Scorer"/>. A card without it means plain cosine distances.
/// </summary>
/// <param name="CohortSha256">Lower-case hex of NAME.cohort.safetensors.</param>
/// <param name="Speakers">Members of the cohort.</param>
/// <param name="Top">How many of the nearest members count, 2 to <paramref name="Speakers"/>.</param>
/// <param name="Centre">
/// Mean distance of a cohort member to its nearest other members: the normalised distance of a trial that is as far
/// apart as its sides are from their nearest strangers. 0 to 2.
/// </param>
/// <param name="Scale">The deviation of the same, above 0 to 2.</param>
/// <param name="Source">Whose voices they are, in words.</param>
internal sealed record AsNormSpecification(
    string CohortSha256, int Speakers, int Top, double Centre, double Scale, string Source)
{
    /// <summary>Nearest members that count where nobody says otherwise.</summary>
    public const int DefaultTop = 200;

    /// <summary>Describes a cohort that is not yet stored: <see cref="CohortSha256"/> is empty.</summary>
    /// <param name="top">2 or more; cut to one less than the cohort has members.</param>
    /// <param name="source">Whose voices they are.</param>
    /// <exception cref="ModelException">The top is below 2.</exception>
    public static AsNormSpecification Of(Cohort cohort, int top, string source)
    {
        ArgumentNullException.ThrowIfNull(cohort);
        if (top < 2)
        {
            throw new ModelException($"the nearest {top} of a cohort have no spread; take 2 or more");
        }

        var taken = Math.Min(top, cohort.Speakers - 1);
        var typical = cohort.Typical(taken);
        return new AsNormSpecification("", cohort.Speakers, taken, typical.Mean, typical.Deviation, source);
    }

    /// <exception cref="ModelException">A value is outside its range.</exception>
    public void Validate()
    {
        if (CohortSha256 is null || Source is null || Speakers < Cohort.FewestSpeakers || Top < 2 || Top > Speakers
            || !(Centre is >= 0 and <= 2) || !(Scale is > 0 and <= 2))
        {
            throw new ModelException(
                $"the model card's asNorm is not valid: it needs {Cohort.FewestSpeakers} speakers or more, a top of 2 to " +
                $"that, a centre of 0 to 2 and a scale above 0 to 2, got {this}; copy the model again");
        }
    }
}
