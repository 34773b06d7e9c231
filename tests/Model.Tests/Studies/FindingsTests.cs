using Speaker.Metrics;
using Speaker.Numerics;
using Speaker.Training.Studies;

namespace Speaker.Training.Tests.Studies;

public class FindingsTests
{
    private const int Draws = 400;

    [Fact]
    public void Above_SameSpeakersMuchHarder_HasTheNarrowIntervalOfTheDifference()
    {
        // Both move by 20 points with the speakers drawn, together; apart they are two points, give or take half.
        var shared = Gaussians(1).Select(g => 0.3 + (0.1 * g)).ToArray();
        var noise = Gaussians(2);
        var low = Variant("low", Run(0.3, shared));
        var high = Variant("high", Run(0.32, [.. shared.Zip(noise, (s, n) => s + 0.02 + (0.005 * n))]));

        var difference = high.Above(low);

        Assert.Equal(0.02, difference.Points, 1e-12);
        Assert.True(difference.IsSeen);
        Assert.InRange(difference.Interval.Low, 0.006, 0.014);
        Assert.InRange(difference.Interval.High, 0.026, 0.034);
        Assert.True(low.Interval.High > high.Interval.Low + 0.2, "side by side the two intervals overlap");
        Assert.Equal(-0.02, low.Above(high).Points, 1e-12);
    }

    [Fact]
    public void Interval_OneSeed_IsTheQuantilesOfItsDraws()
    {
        var draws = Enumerable.Range(0, 401).Select(i => i / 1000.0).ToArray();
        SplitRandom.For(3).Shuffle(draws.AsSpan());
        var interval = Variant("v", Run(0.2, draws)).Interval;
        Assert.Equal(0.010, interval.Low, 1e-12);
        Assert.Equal(0.390, interval.High, 1e-12);
    }

    [Fact]
    public void Interval_SeedsThatDiffer_TakesTheirSpreadIn()
    {
        double[] steady = [.. Enumerable.Repeat(0.1, Draws)], other = [.. Enumerable.Repeat(0.3, Draws)];
        var two = Variant("two", Run(0.1, steady), Run(0.3, other));
        Assert.Equal(0.2, two.Eer, 1e-12);
        // Of two seeds with replacement a quarter of the draws is one of them twice.
        Assert.Equal(new RateInterval(0.1, 0.3), two.Interval);
        Assert.Equal(new RateInterval(0.1, 0.3), two.Seeds);
        Assert.False(two.Above(Variant("same", Run(0.1, steady), Run(0.3, other))).IsSeen);
    }

    [Theory]
    [InlineData(0.20, 0.25, false, "left is better than right by 5.0 points, 5.0 to 5.0, as in someone.")]
    [InlineData(0.25, 0.20, false, "left is worse than right by 5.0 points, 5.0 to 5.0, contrary to someone.")]
    [InlineData(0.20, 0.20, false,
        "No difference seen between left and right (0.0 points, 0.0 to 0.0). Expected from someone: left is better.")]
    [InlineData(0.20, 0.20, true,
        "No difference seen between left and right (0.0 points, 0.0 to 0.0), as expected by someone.")]
    [InlineData(0.20, 0.25, true, "left and right differ by 5.0 points, 5.0 to 5.0, contrary to someone.")]
    public void Of_Expectation_SaysWhatTheFiguresShow(double left, double right, bool alike, string sentence)
    {
        var result = Claim(alike, Variant("left", Flat(left)), Variant("right", Flat(right)));
        Assert.Equal(sentence, Findings.Of(result)[0]);
    }

    [Fact]
    public void Of_Claim_NamesTheLowestAndWhatIsNotToldApartFromIt()
    {
        var wide = Gaussians(5).Select(g => 0.21 + (0.05 * g)).ToArray();
        var result = Claim(
            false, Variant("left", Flat(0.2)), Variant("right", Flat(0.3)), Variant("wide", Run(0.21, wide)));
        Assert.Equal("Lowest error: left, 20.0%. No difference seen from: wide.", Findings.Of(result)[1]);
        result = Claim(false, Variant("left", Flat(0.2)), Variant("right", Flat(0.3)));
        Assert.Equal("Lowest error: left, 20.0%; all others are worse.", Findings.Of(result)[1]);
    }

    [Fact]
    public void Of_RunsThatEndedBadly_CountsThem()
    {
        var result = Claim(
            false,
            Variant("left", Flat(0.5) with { Ending = RunEnding.Collapsed }, Flat(0.4)),
            Variant("right", Flat(0.5) with { Ending = RunEnding.Diverged }, Flat(0.5)));
        var findings = Findings.Of(result);
        Assert.Contains(findings, f => f.StartsWith("left collapsed in 1 of 2 runs", StringComparison.Ordinal));
        Assert.Contains(findings, f => f.StartsWith("right diverged in 1 of 2 runs", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_Cost_IsGrowthAndShareOfTheLargestBatch()
    {
        var cost = new MiningCost(2,
        [
            new MiningTimes(64, 50, new Dictionary<string, double> { ["batch-hard"] = 0.5, ["batch-all"] = 1 }),
            new MiningTimes(256, 200, new Dictionary<string, double> { ["batch-hard"] = 8, ["batch-all"] = 64 }),
        ]);
        Assert.Equal(2, cost.Growth("batch-hard"), 1e-12);
        Assert.Equal(0.04, cost.ShareOfStep("batch-hard"), 1e-12);
        Assert.Equal(
            [
                "batch-hard: 8.0 ms at 256 crops, 4.00% of a training step, and grew as the batch to the power of 2.0.",
                "batch-all: 64.0 ms at 256 crops, 32.00% of a training step, and grew as the batch to the power of "
                + "3.0.",
            ],
            Findings.Of(cost));
    }

    private static ClaimResult Claim(bool alike, params VariantResult[] variants) => new(
        new Claim(
            "claim", "", "", [.. variants.Select(v => v.Variant)],
            [new Expectation("left", "right", "someone") { Alike = alike }]),
        variants);

    private static VariantResult Variant(string name, params RunResult[] runs) =>
        new(new StudyVariant(name, options => options), runs);

    private static RunResult Flat(double eer) => Run(eer, [.. Enumerable.Repeat(eer, Draws)]);

    private static RunResult Run(double eer, double[] draws) => new(
        RunEnding.Finished, eer, new Dictionary<string, double> { ["corpus"] = eer }, draws, 0.1, 0.5, 0.2, 0.6, 1,
        null);

    private static double[] Gaussians(int seed)
    {
        var random = SplitRandom.For(seed);
        return [.. Enumerable.Range(0, Draws).Select(_ => (double)random.NextGaussians().First)];
    }
}
