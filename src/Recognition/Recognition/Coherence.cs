using Speaker.Calibration;
using Speaker.Inference;
using Speaker.Scoring;

namespace Speaker.Recognition;

/// <summary>
/// Whether recordings are of one voice as far as enrolment asks: their mean distance is within what the recordings of
/// one speaker differ by. Looser than verification: it is to keep strangers out and not an angry, hoarse or distant day.
/// </summary>
/// <remarks>
/// The bound of a pair is the model's <see cref="WithinSpeakerSpread"/> for the shorter of the two, and never below the
/// card's threshold at <see cref="LeastFar"/>: long recordings of one sitting are so much alike that another day would
/// be refused. Two groups are held against each other by the mean over their pairs of distance and of bound, so that the
/// bound is the same however many recordings there are.
/// </remarks>
internal sealed class Coherence
{
    /// <summary>The false-accept rate whose threshold is the least bound.</summary>
    public const double LeastFar = 0.05;

    private readonly Scorer _scorer;
    private readonly Func<TrialSide, TrialSide, double> _bound;

    private Coherence(Scorer scorer, Func<TrialSide, TrialSide, double> bound) => (_scorer, _bound) = (scorer, bound);

    /// <summary>Of a model, or null if it has never been calibrated.</summary>
    /// <param name="encoder">The model.</param>
    /// <param name="targetFar">Take the card's threshold for this false-accept rate as the bound of every pair; null: the
    /// within-speaker spread.</param>
    /// <exception cref="ModelException">The card has no threshold for the rate.</exception>
    public static Coherence? TryOf(VoiceEncoder encoder, double? targetFar)
    {
        var (card, scorer) = (encoder.Card, encoder.Scorer);
        var table = new ThresholdTable(card.Calibration);
        if (table.Points.Count == 0)
        {
            return null;
        }

        if (targetFar is { } rate)
        {
            var threshold = table.ThresholdFor(rate);
            return new Coherence(scorer, (_, _) => threshold);
        }

        double least = (table.Points.LastOrDefault(point => point.TargetFar <= LeastFar) ?? table.Points[0]).Threshold;
        if (card.WithinSpeaker is { Count: > 0 } rows)
        {
            return new Coherence(scorer, (one, other) =>
            {
                var shorter = Math.Min(one.SpeechSeconds ?? 0, other.SpeechSeconds ?? 0);
                return Math.Max(least, rows.Last(row => row.FromSeconds <= shorter).Distance);
            });
        }

        return card.Scores is { Slope: > 0 } scores
            ? new Coherence(
                scorer,
                (one, other) => Math.Max(least, WithinSpeakerSpread.Estimate(scores, TrialQuality.Of(one, other))))
            : new Coherence(scorer, (_, _) => least);
    }

    /// <summary>A recording, ready to be held against others.</summary>
    /// <param name="embedding">[D].</param>
    /// <param name="speechSeconds">Above 0.</param>
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
                bound += _bound(left, right);
            }
        }

        var pairs = (double)one.Count * other.Count;
        return (distance / pairs, bound / pairs);
    }

    /// <summary>Groups recordings by voice, by index: <see cref="VoiceClusters"/> with the bound of each pair.</summary>
    /// <param name="sides">Of <see cref="Side"/>.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public IReadOnlyList<IReadOnlyList<int>> Voices(
        IReadOnlyList<TrialSide> sides, CancellationToken cancellationToken) =>
        VoiceClusters.Of(
            sides.Count, (i, j) => _scorer.Distance(sides[i], sides[j]) - _bound(sides[i], sides[j]), 0,
            cancellationToken);
}
