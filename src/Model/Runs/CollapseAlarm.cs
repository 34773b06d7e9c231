using Speaker.Audio.Validation;
using Speaker.Training.Distances;
using Speaker.Training.Losses;

namespace Speaker.Training.Runs;

/// <summary>
/// Sees when an encoder gives everybody the same embedding: then d(a,p) = d(a,n), the triplet loss sits at its margin
/// (a soft margin at log 2) with every triplet active, and no gradient leads out (Hermans et al., 2017, section 4.3).
/// </summary>
/// <remarks>The figures are those of a batch.</remarks>
/// <param name="stuckLoss">The triplet loss of equal distances, <see cref="TripletLoss.CollapsedValue"/>.</param>
/// <param name="margin">Of mining, in the unit of the distance.</param>
/// <param name="steps">In a row until the alarm.</param>
internal sealed class CollapseAlarm(double stuckLoss, double margin, int steps)
{
    // Within 2 % of the margin, or distances below 2 % of it: seen in collapsed runs, not in slow ones.
    private const double Tolerance = 0.02;

    private int _suspicious;

    /// <summary>The alarm of a run with these options.</summary>
    internal static CollapseAlarm Of(TrainingOptions options)
    {
        using var loss = TripletLoss.Create(
            options.TripletKind, Distances.Distance.Parse(options.Distance), options.TripletMargin);
        return new CollapseAlarm(loss.CollapsedValue, options.TripletMargin, options.CollapseSteps);
    }

    /// <summary>Takes the figures of one step; those without a triplet loss tell nothing.</summary>
    /// <exception cref="ModelException">The run has collapsed; the message says what to do.</exception>
    internal void Observe(StepFigures figures)
    {
        foreach (var (name, value) in figures.Parts)
        {
            if (name == TrainingLosses.Triplet)
            {
                var mining = figures.Mining;
                Observe(value, mining.ActiveFraction, mining.MeanPositive, mining.MeanNegative);
            }
        }
    }

    /// <summary>Steps in a row that looked collapsed.</summary>
    public int Suspicious => _suspicious;

    /// <summary>Takes the figures of one step.</summary>
    /// <exception cref="ModelException">The run has collapsed; the message says what to do.</exception>
    public void Observe(double tripletLoss, double activeFraction, double meanPositive, double meanNegative)
    {
        var stuck = activeFraction > 0.999 && Math.Abs(tripletLoss - stuckLoss) < Tolerance * stuckLoss
            && Math.Abs(meanNegative - meanPositive) < Tolerance * margin;
        var together = Math.Max(meanPositive, meanNegative) < Tolerance * margin;
        _suspicious = stuck || together ? _suspicious + 1 : 0;
        if (_suspicious >= steps)
        {
            throw new ModelException(
                $"Training has collapsed: for {Plural.Of(_suspicious, "step")} the triplet loss has been "
                + $"{tripletLoss:G3} (that of equal distances is {stuckLoss:G3}), active triplets {activeFraction:P0}, "
                + $"mean d(a,p) {meanPositive:G3}, mean d(a,n) {meanNegative:G3}: all speakers get one "
                + "embedding. Lower the learning rate, lengthen the warm-up, or train with the softmax beside the triplets, then start again.");
        }
    }
}
