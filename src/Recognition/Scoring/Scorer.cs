namespace Speaker.Scoring;

/// <summary>One side of a trial: an embedding with what is known of it alone.</summary>
/// <param name="Embedding">As the encoder gave it, or a centroid.</param>
/// <param name="Cohort">Null where distances are not normalised.</param>
internal sealed record TrialSide(float[] Embedding, CohortStatistics? Cohort)
{
    /// <summary>Speech behind the embedding; null where it is not known.</summary>
    public double? SpeechSeconds { get; init; }

    /// <summary>Of the sound behind it, in dB; null where it is not known.</summary>
    public double? SignalToNoise { get; init; }

    /// <summary>Up to which frequency the sound behind it holds anything, in hertz; null where it is not known.</summary>
    public double? Bandwidth { get; init; }

    /// <summary>How many recordings are behind it.</summary>
    public int Recordings { get; init; } = 1;
}

/// <summary>
/// The distance of a trial as a straight line over d = 1 − cos, for one test and any enrolled side with mean µ and deviation
/// σ: Centre + Half ((1/σ + Inverse) d − (µ/σ + Ratio)). Without a cohort 1/σ and µ/σ count as 0.
/// </summary>
/// <param name="Centre">Where the line begins.</param>
/// <param name="Half">What both terms are multiplied by.</param>
/// <param name="Inverse">1/σ of the test.</param>
/// <param name="Ratio">µ/σ of the test.</param>
internal readonly record struct ScoreLine(double Centre, double Half, double Inverse, double Ratio);

/// <summary>
/// The one scoring path: whatever door a sample came in by, this is how it is held against a voiceprint. A model has
/// one scorer; distances of two scorers, and thresholds, do not mix.
/// </summary>
/// <remarks>
/// Without a cohort the distance is 1 − cos, 0 (same direction) to 2, smaller is closer. A scorer with a cohort gives
/// adaptive symmetric normalisation (Cumani et al., 2011; Matejka et al., 2017): with mean and deviation of either
/// side's distances to its nearest members of the cohort, z = ((d − μₑ)/σₑ + (d − μₜ)/σₜ)/2 says how much nearer the
/// sides are to each other than to the strangers nearest to them. It is given as centre + scale · z, with
/// the constants of <see cref="AsNormSpecification"/>: in units of 1 − cos, so that thresholds and messages read
/// the same with and without. It is not cut: two voiceprints that are both very near keep their order, below 0 too.
/// <para>Immutable; may be used from any thread.</para>
/// </remarks>
internal sealed class Scorer
{
    private readonly Cohort? _cohort;
    private readonly AsNormSpecification? _specification;

    private Scorer(Cohort? cohort, AsNormSpecification? specification) =>
        (_cohort, _specification) = (cohort, specification);

    /// <summary>Distances 1 − cos.</summary>
    public static Scorer Cosine { get; } = new(null, null);

    /// <summary>Distances normalised by a cohort.</summary>
    /// <exception cref="ModelException">The specification is not valid or not of that cohort.</exception>
    public static Scorer AsNorm(Cohort cohort, AsNormSpecification specification)
    {
        ArgumentNullException.ThrowIfNull(cohort);
        ArgumentNullException.ThrowIfNull(specification);
        specification.Validate();
        return cohort.Speakers == specification.Speakers
            ? new Scorer(cohort, specification)
            : throw new ModelException(
                $"the cohort has {cohort.Speakers} speakers, the model card says {specification.Speakers}");
    }

    /// <summary>Everything that is to be known of one side; computed once, however many trials it is in.</summary>
    /// <exception cref="ModelException">The embedding is of another dimension than the cohort, or of no
    /// direction.</exception>
    public TrialSide Side(float[] embedding)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        return new TrialSide(embedding, _cohort?.Nearest(embedding, _specification!.Top));
    }

    /// <summary>The distance of a trial; the sides may be exchanged.</summary>
    /// <param name="enrolled">From this scorer's <see cref="Side"/>.</param>
    /// <param name="test">From this scorer's <see cref="Side"/>.</param>
    /// <exception cref="ModelException">The vectors have different dimensions.</exception>
    public float Distance(TrialSide enrolled, TrialSide test)
    {
        ArgumentNullException.ThrowIfNull(enrolled);
        return Distance(enrolled.Embedding, enrolled.Cohort, test);
    }

    /// <summary>As <see cref="Distance(TrialSide, TrialSide)"/>, for an enrolled side that lies in memory of another
    /// kind.</summary>
    /// <param name="enrolled">The embedding of the enrolled side.</param>
    /// <param name="cohort">Of the same side.</param>
    /// <param name="test">From this scorer's <see cref="Side"/>.</param>
    /// <exception cref="ModelException">As there.</exception>
    public float Distance(ReadOnlySpan<float> enrolled, CohortStatistics? cohort, TrialSide test)
    {
        ArgumentNullException.ThrowIfNull(test);
        var distance = CosineScore.Distance(enrolled, test.Embedding);
        if (_specification is null)
        {
            return distance;
        }

        if (cohort is not { } e || test.Cohort is not { } t)
        {
            throw new ModelException("a side of the trial was made by a scorer without a cohort");
        }

        var z = (((distance - e.Mean) / e.Deviation) + ((distance - t.Mean) / t.Deviation)) / 2;
        return (float)(_specification.Centre + (_specification.Scale * z));
    }

    /// <summary>What the distances of one test to everybody have in common.</summary>
    /// <param name="test">From this scorer's <see cref="Side"/>.</param>
    /// <exception cref="ModelException">The side was made by a scorer without a cohort.</exception>
    public ScoreLine LineOf(TrialSide test)
    {
        ArgumentNullException.ThrowIfNull(test);
        if (_specification is null)
        {
            return new ScoreLine(0, 1, 1, 0);
        }

        return test.Cohort is { } t
            ? new ScoreLine(_specification.Centre, _specification.Scale / 2, 1 / t.Deviation, t.Mean / t.Deviation)
            : throw new ModelException("a side of the trial was made by a scorer without a cohort");
    }

    /// <summary>As <see cref="Distance(TrialSide, TrialSide)"/>, for a trial whose sides are in no other.</summary>
    /// <exception cref="ModelException">As there, and as <see cref="Side"/>.</exception>
    public float Distance(float[] enrolled, float[] test) => Distance(Side(enrolled), Side(test));

    /// <summary>Whether a distance is accepted: at the threshold or below it. A distance that is no number is not.</summary>
    public static bool IsAccepted(float distance, float threshold) => distance <= threshold;
}
