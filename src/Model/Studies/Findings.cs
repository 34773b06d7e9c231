using System.Globalization;
using Speaker.Audio.Validation;

namespace Speaker.Training.Studies;

/// <summary>Sentences that say what the figures of a claim show, and what they do not.</summary>
internal static class Findings
{
    /// <summary>One for each expectation, then what is best and what ended badly.</summary>
    public static IReadOnlyList<string> Of(ClaimResult claim) =>
    [
        .. claim.Claim.Expectations.Select(expectation => Held(claim, expectation)),
        Lowest(claim),
        .. claim.Variants.SelectMany(Endings),
    ];

    /// <summary>How mining's time grows, and its share of a step.</summary>
    public static IReadOnlyList<string> Of(MiningCost cost)
    {
        var (small, large) = (cost.Times[0].Batch, cost.Times[^1].Batch);
        return [.. cost.Times[^1].MiningMilliseconds.Select(pair => Cost(pair.Key, pair.Value))];

        string Cost(string miner, double milliseconds)
        {
            var growth = large > small ? Text($", and grew as the batch to the power of {cost.Growth(miner):0.0}") : "";
            var share = Text($"{cost.ShareOfStep(miner):0.00%} of a training step");
            return Text($"{miner}: {milliseconds:0.0} ms at {large:#,0} crops, {share}{growth}.");
        }
    }

    private static string Held(ClaimResult claim, Expectation expected)
    {
        var difference = claim.Of(expected.Worse).Above(claim.Of(expected.Better));
        if (!difference.IsSeen)
        {
            var unseen = $"No difference seen between {expected.Better} and {expected.Worse} ({Size(difference)})";
            return expected.Alike
                ? $"{unseen}, as expected by {expected.Source}."
                : $"{unseen}. Expected from {expected.Source}: {expected.Better} is better.";
        }

        if (expected.Alike)
        {
            return $"{expected.Better} and {expected.Worse} differ by {Size(difference)}, contrary to "
                + $"{expected.Source}.";
        }

        return difference.Points > 0
            ? $"{expected.Better} is better than {expected.Worse} by {Size(difference)}, as in {expected.Source}."
            : $"{expected.Better} is worse than {expected.Worse} by {Size(Turned(difference))}, contrary to "
            + $"{expected.Source}.";
    }

    private static string Lowest(ClaimResult claim)
    {
        var best = claim.Best;
        var alike = claim.Variants.Where(v => v != best && !v.Above(best).IsSeen).Select(v => v.Variant.Name).ToArray();
        return Text($"Lowest error: {best.Variant.Name}, {best.Eer:0.0%}")
            + (alike.Length == 0
                ? "; all others are worse."
                : $". No difference seen from: {string.Join("; ", alike)}.");
    }

    private static IEnumerable<string> Endings(VariantResult variant)
    {
        var (collapsed, diverged) = (variant.Count(RunEnding.Collapsed), variant.Count(RunEnding.Diverged));
        if (collapsed > 0)
        {
            yield return $"{variant.Variant.Name} collapsed in {collapsed} of {Plural.Of(variant.Runs.Count, "run")}: "
                + "at their end all speakers had one embedding.";
        }

        if (diverged > 0)
        {
            yield return $"{variant.Variant.Name} diverged in {diverged} of {Plural.Of(variant.Runs.Count, "run")}, "
                + $"which {(diverged == 1 ? "counts" : "count")} as guessing.";
        }
    }

    private static RateDifference Turned(RateDifference difference) =>
        new(-difference.Points, new(-difference.Interval.High, -difference.Interval.Low));

    private static string Size(RateDifference difference) => string.Create(
        CultureInfo.InvariantCulture,
        $"{100 * difference.Points:0.0} points, {100 * difference.Interval.Low:0.0} to " +
        $"{100 * difference.Interval.High:0.0}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
