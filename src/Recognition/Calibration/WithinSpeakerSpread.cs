using Speaker.Metrics;
using Speaker.Scoring;

namespace Speaker.Calibration;

/// <summary>How far apart the recordings of one speaker lie where the shorter of the two holds so much
/// speech.</summary>
/// <param name="FromSeconds">Speech in the shorter recording, from which on the row holds; the first row is from
/// 0.</param>
/// <param name="Distance">As the model's scorer gives it; <see cref="WithinSpeakerSpread.Share"/> of the trials are
/// within.</param>
/// <param name="Trials">Of the same speaker, that it was measured on.</param>
/// <param name="Speakers">People in them.</param>
internal sealed record SpreadRow(double FromSeconds, double Distance, long Trials, int Speakers);

/// <summary>
/// What a speaker's own recordings may differ by: emotion, day, room and microphone, and the little that a short
/// recording says. Enrolment takes a recording to be another voice only beyond it.
/// </summary>
/// <remarks>
/// 97 of 100 trials of one recording against one are within. Of the mean distances of a recording to three others of
/// its speaker, 99 of 100 are: docs/scoring.md has the figures. Every speaker weighs the same, however many recordings
/// there are.
/// </remarks>
internal static class WithinSpeakerSpread
{
    /// <summary>Of the trials of one speaker that are within a row's distance.</summary>
    public const double Share = 0.97;

    /// <summary>Where rows begin, in seconds of speech; the longest first.</summary>
    private static readonly double[] Starts = [4, 3, 2, 1, 0];

    /// <summary>By the rule of three, the fewest trials that show a share of 3 in 100.</summary>
    private const int FewestTrials = 100;

    private const int FewestSpeakers = 5;

    /// <summary>Measures it.</summary>
    /// <param name="trials">With the distances of the model's scorer; those of two speakers do not count.</param>
    /// <returns>Rows from the shortest on; none where there are too few trials.</returns>
    public static IReadOnlyList<SpreadRow> Of(IEnumerable<ScoredTrial> trials)
    {
        var left = trials.Where(trial => trial.IsTarget)
            .OrderByDescending(Seconds)
            .ToArray();
        var rows = new List<SpreadRow>();
        var row = new List<ScoredTrial>();
        var next = 0;
        foreach (var start in Starts)
        {
            while (next < left.Length && Seconds(left[next]) >= start)
            {
                row.Add(left[next++]);
            }

            // Too few for a row of their own: they count among the shorter ones.
            var speakers = row.Select(trial => trial.EnrolSpeaker).Distinct().Count();
            if (row.Count >= FewestTrials && speakers >= FewestSpeakers)
            {
                // A shorter recording never gets a stricter bound.
                var distance = Math.Max(Quantile(row), rows.Count > 0 ? rows[^1].Distance : double.NegativeInfinity);
                rows.Add(new SpreadRow(start, distance, row.Count, speakers));
                row.Clear();
            }
        }

        if (rows.Count > 0 && rows[^1].FromSeconds > 0)
        {
            rows[^1] = rows[^1] with { FromSeconds = 0 };
        }

        rows.Reverse();
        return rows;
    }

    /// <summary>
    /// The distance at which a calibration's log-likelihood ratio says that <see cref="Share"/> of one speaker's trials are
    /// within, for a card without rows. Of a calibrated ratio with normal distributions, whose means are d²/2 and −d²/2
    /// and whose deviations are d, the share z deviations down is d²/2 − z d, which is never below −z²/2.
    /// </summary>
    /// <param name="scores">Of the card.</param>
    /// <param name="quality">Of the trial; null where it is not known.</param>
    public static double Estimate(ScoreCalibration scores, TrialQuality? quality)
    {
        var z = Probit.Of(Share);
        return (scores.LogLikelihoodRatio(0, quality) + (z * z / 2)) / scores.Slope;
    }

    /// <exception cref="ModelException">Rows are not in order, or one is outside its range.</exception>
    public static void Validate(IReadOnlyList<SpreadRow> rows)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i] is null || !double.IsFinite(rows[i].Distance)
                || (i == 0 ? rows[i].FromSeconds != 0 : !(rows[i].FromSeconds > rows[i - 1].FromSeconds))
                || (i > 0 && rows[i].Distance > rows[i - 1].Distance))
            {
                throw new ModelException(
                    "the model card's withinSpeaker is not valid: rows begin at 0 s, longer recordings follow, and no " +
                    $"distance is above the one before, got {rows[i]}; copy the model again");
            }
        }
    }

    /// <summary>Of the shorter side; 0 where nobody knows.</summary>
    private static double Seconds(ScoredTrial trial) =>
        trial.Quality is { } quality ? Math.Min(quality.EnrolSeconds, quality.TestSeconds) : 0;

    private static double Quantile(IReadOnlyList<ScoredTrial> trials)
    {
        var counts = trials.CountBy(trial => trial.EnrolSpeaker).ToDictionary();
        var within = 0.0;
        foreach (var trial in trials.OrderBy(trial => trial.Distance))
        {
            within += 1.0 / counts[trial.EnrolSpeaker];
            if (within >= Share * counts.Count)
            {
                return trial.Distance;
            }
        }

        return trials.Max(trial => trial.Distance);
    }
}
