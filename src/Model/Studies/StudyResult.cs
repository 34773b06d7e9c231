using Speaker.Corpora;
using Speaker.Metrics;
using Speaker.Numerics;

namespace Speaker.Training.Studies;

/// <summary>What a study was made on.</summary>
/// <param name="Speakers">Learnt from.</param>
/// <param name="Utterances">Of theirs.</param>
/// <param name="Seconds">Of speech in them.</param>
/// <param name="ShareOfTheFew">
/// Share of the unbalanced utterances (<see cref="StudySpeech.Imbalanced"/>) that the tenth of speakers with most has.
/// </param>
/// <param name="HeldOutSpeakers">Measured on.</param>
/// <param name="Trials">Between their utterances.</param>
/// <param name="Steps">Of each run.</param>
/// <param name="Seeds">Runs of each variant.</param>
internal sealed record StudySubject(
    int Speakers,
    int Utterances,
    double Seconds,
    double ShareOfTheFew,
    int HeldOutSpeakers,
    int Trials,
    int Steps,
    int Seeds);

/// <summary>What a study found.</summary>
/// <param name="Subject">What it was made on.</param>
/// <param name="Claims">In the order of <see cref="StudyOptions.Claims"/>.</param>
/// <param name="Cost">Of mining; null where it was not asked for.</param>
internal sealed record StudyResult(StudySubject Subject, IReadOnlyList<ClaimResult> Claims, MiningCost? Cost)
{
    /// <summary>Recordings that were left out.</summary>
    public IReadOnlyList<SkippedUtterance> Skipped { get; init; } = [];
}

/// <summary>The runs of one claim.</summary>
internal sealed record ClaimResult(Claim Claim, IReadOnlyList<VariantResult> Variants)
{
    public VariantResult Of(string variant) => Variants.Single(v => v.Variant.Name == variant);

    public VariantResult Best => Variants.MinBy(v => v.Eer)!;
}

/// <summary>The difference of two error rates with its 95 % interval.</summary>
internal readonly record struct RateDifference(double Points, RateInterval Interval)
{
    /// <summary>Whether the interval leaves no doubt of its sign.</summary>
    public bool IsSeen => Interval.Low > 0 || Interval.High < 0;
}

/// <summary>The runs of one variant, a seed each.</summary>
/// <param name="Variant">What was run.</param>
/// <param name="Runs">Seeds 1, 2, 3, …</param>
internal sealed record VariantResult(StudyVariant Variant, IReadOnlyList<RunResult> Runs)
{
    private static readonly long SeedKey = SplitRandom.Key("seeds of a draw");

    /// <summary>Mean over seeds and corpora.</summary>
    public double Eer => Runs.Average(run => run.Eer);

    /// <summary>95 %, over draws of speakers and of seeds.</summary>
    public RateInterval Interval => RateInterval.Of([.. Enumerable.Range(0, Draws).Select(Drawn)]);

    /// <summary>The lowest and the highest seed.</summary>
    public RateInterval Seeds => new(Runs.Min(run => run.Eer), Runs.Max(run => run.Eer));

    /// <summary>Mean over seeds, each corpus alone.</summary>
    public IReadOnlyDictionary<string, double> EerByCorpus => new SortedDictionary<string, double>(
        Runs[0].EerByCorpus.Keys.ToDictionary(c => c, c => Runs.Average(run => run.EerByCorpus[c])),
        StringComparer.Ordinal);

    public int Count(RunEnding ending) => Runs.Count(run => run.Ending == ending);

    /// <summary>Mean over seeds of a figure of the last steps; NaN where no seed has it.</summary>
    public double Mean(Func<RunResult, double> figure) =>
        Runs.Select(figure).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();

    /// <summary>
    /// How much higher this error is than another variant's. Both are measured on the same speakers, and seed by seed
    /// they began with the same weights: each draw is of the same speakers and seeds for both, so that the interval is
    /// that of the difference, narrower than two intervals side by side suggest.
    /// </summary>
    public RateDifference Above(VariantResult other) => new(
        Eer - other.Eer,
        RateInterval.Of([.. Enumerable.Range(0, Draws).Select(draw => Drawn(draw) - other.Drawn(draw))]));

    private int Draws => Runs[0].Draws.Count;

    private double Drawn(int draw)
    {
        var random = SplitRandom.For(SeedKey, draw);
        var sum = 0.0;
        for (var i = 0; i < Runs.Count; i++)
        {
            sum += Runs[random.Next(Runs.Count)].Draws[draw];
        }

        return sum / Runs.Count;
    }
}
