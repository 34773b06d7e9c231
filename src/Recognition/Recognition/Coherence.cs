using Speaker.Calibration;
using Speaker.Inference;
using Speaker.Scoring;

namespace Speaker.Recognition;

/// <summary>
/// Whether recordings are of one voice as far as enrolment asks: their mean distance is within what the recordings of
/// one speaker differ by. Looser than verification: it is to keep strangers out and not an angry, hoarse or distant
/// day.
/// </summary>
/// <remarks>
/// The bound of a pair is the model's <see cref="WithinSpeakerSpread"/> for the shorter of the two, and never below the
/// card's threshold at <see cref="LeastFar"/>: long recordings of one sitting are so much alike that another day would
/// be refused. Two groups are held against each other by the mean over their pairs of distance and of bound, so that
/// the bound is the same however many recordings there are.
/// </remarks>
internal sealed class Coherence
{
    /// <summary>The false-accept rate whose threshold is the least bound.</summary>
    public const double LeastFar = 0.05;

    private readonly Scorer _scorer;
    private readonly IReadOnlyList<SpreadRow> _spread;
    private readonly double _least;

    private Coherence(Scorer scorer, IReadOnlyList<SpreadRow> spread, double least) =>
        (_scorer, _spread, _least) = (scorer, spread, least);

    /// <summary>Of a model, or null if it has never been calibrated.</summary>
    /// <param name="encoder">The model.</param>
    /// <param name="targetFar">Take the card's threshold for this false-accept rate as the bound of every pair; null:
    /// the within-speaker spread.</param>
    /// <exception cref="ModelException">The card has no threshold for the rate.</exception>
    public static Coherence? TryOf(VoiceEncoder encoder, double? targetFar)
    {
        var table = new ThresholdTable(encoder.Card.Calibration);
        if (table.Points.Count == 0)
        {
            return null;
        }

        if (targetFar is { } rate)
        {
            return new Coherence(encoder.Scorer, [], table.ThresholdFor(rate));
        }

        var least = table.Points.LastOrDefault(point => point.TargetFar <= LeastFar) ?? table.Points[0];
        var spread = encoder.Card.WithinSpeaker is { Count: > 0 } measured
            ? measured
            : WithinSpeakerSpread.Estimate(table.Points);
        return new Coherence(encoder.Scorer, spread, least.Threshold);
    }

    /// <summary>A recording, ready to be held against others.</summary>
    public TrialSide Side(float[] embedding, double speechSeconds) =>
        _scorer.Side(embedding) with { SpeechSeconds = speechSeconds };

    /// <summary>Mean distance of the pairs between two groups, and the mean of their bounds.</summary>
    /// <param name="one">Of <see cref="Side"/>; not empty.</param>
    /// <param name="other">Of <see cref="Side"/>; not empty.</param>
    public (double Distance, double Bound) Between(IReadOnlyList<TrialSide> one, IReadOnlyList<TrialSide> other)
    {
        var (distance, bound) = (0.0, 0.0);
        foreach (var left in one)
        {
            foreach (var right in other)
            {
                distance += _scorer.Distance(left, right);
                bound += BoundOf(left, right);
            }
        }

        var pairs = (double)one.Count * other.Count;
        return (distance / pairs, bound / pairs);
    }

    /// <summary>Groups recordings by voice, by index: <see cref="VoiceClusters"/> with the bound of each
    /// pair.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Voices(IReadOnlyList<TrialSide> sides, CancellationToken cancellationToken) =>
        VoiceClusters.Of(
            sides.Count, (i, j) => _scorer.Distance(sides[i], sides[j]) - BoundOf(sides[i], sides[j]), 0,
            cancellationToken);

    private double BoundOf(TrialSide one, TrialSide other)
    {
        var seconds = Math.Min(one.SpeechSeconds ?? 0, other.SpeechSeconds ?? 0);
        return Math.Max(_least, _spread.LastOrDefault(row => row.FromSeconds <= seconds)?.Distance ?? _least);
    }
}
