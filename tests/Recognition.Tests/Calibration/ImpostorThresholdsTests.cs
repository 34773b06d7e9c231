using Speaker.Calibration;
using Speaker.Scoring;

namespace Speaker.Tests.Calibration;

public class ImpostorThresholdsTests
{
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.05)]
    [InlineData(0.333)]
    [InlineData(0.9)]
    public void ThresholdFor_RandomDistances_IsTheLargestMeasuredOneThatKeepsTheRate(double target)
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var distances = RandomDistances(seed, 300 + (seed * 7), seed % 2 == 0 ? 0 : 0.05f);
            CalibrationPoint point;
            try
            {
                point = ImpostorThresholds.ThresholdFor(distances, target);
            }
            catch (ModelException)
            {
                Assert.True(Rate(distances, distances.Min()) > target);
                continue;
            }

            Assert.True(Rate(distances, point.Threshold) <= target);
            Assert.Contains(point.Threshold, distances);
            foreach (var larger in distances.Where(d => d > point.Threshold))
            {
                Assert.True(Rate(distances, larger) > target);
            }

            Assert.Equal(distances.Length, point.ImpostorTrials);
        }
    }

    [Fact]
    public void ThresholdFor_FewerTrialsThanTheRuleOfThree_SaysHowManyItTakes()
    {
        var distances = RandomDistances(1, 299);
        var error = Assert.Throws<ModelException>(() => ImpostorThresholds.ThresholdFor(distances, 0.01));
        Assert.Contains("300", error.Message, StringComparison.Ordinal);
        Assert.Contains("299", error.Message, StringComparison.Ordinal);
        Assert.Equal(0.01, ImpostorThresholds.ThresholdFor(RandomDistances(1, 300), 0.01).TargetFar);
    }

    [Fact]
    public void ThresholdFor_AllDistancesEqual_Refuses() =>
        Assert.Throws<ModelException>(() => ImpostorThresholds.ThresholdFor(Enumerable.Repeat(0.5f, 400).ToArray(), 0.1));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void ThresholdFor_RateThatIsNone_Refuses(double target)
    {
        Assert.Throws<ModelException>(() => ImpostorThresholds.ThresholdFor(RandomDistances(1, 1000), target));
        Assert.Throws<ModelException>(() => new ThresholdTable([new(0.1, 0.4f, 100)]).ThresholdFor(target));
    }

    [Fact]
    public void ThresholdFor_DistanceThatIsNone_Refuses()
    {
        var distances = RandomDistances(1, 1000);
        distances[500] = float.NaN;
        Assert.Throws<ModelException>(() => ImpostorThresholds.ThresholdFor(distances, 0.1));
    }

    [Fact]
    public void Tabulate_RatesBeyondTheTrials_LeavesThemOut()
    {
        var table = ImpostorThresholds.Tabulate(RandomDistances(2, 1000), 0.1, 0.001, 0.003, 0.01);
        Assert.Equal([0.003, 0.01, 0.1], table.Points.Select(p => p.TargetFar));
    }

    [Fact]
    public void StrictestRate_AndTrialsFor_FollowTheRuleOfThree()
    {
        Assert.Equal(0.003, ImpostorThresholds.StrictestRate(1000), 12);
        Assert.Equal(3000, ImpostorThresholds.TrialsFor(0.001));
        Assert.Equal(1, ImpostorThresholds.StrictestRate(0));
    }

    [Fact]
    public void TableThresholdFor_BetweenTwoRows_TakesTheStricterAndKeepsTheMeasuredRate()
    {
        var distances = RandomDistances(4, 5000);
        var table = ImpostorThresholds.Tabulate(distances, 0.001, 0.01, 0.1);
        for (var target = 0.001; target < 0.5; target *= 1.13)
        {
            Assert.True(Rate(distances, table.ThresholdFor(target)) <= target);
        }

        Assert.Equal(table.ThresholdFor(0.01), table.ThresholdFor(0.099));
        Assert.True(table.ThresholdFor(0.1) > table.ThresholdFor(0.099));
    }

    [Fact]
    public void TableThresholdFor_StricterThanCalibrated_SaysWhatItTakes()
    {
        var table = new ThresholdTable([new(0.01, 0.4f, 400)]);
        var error = Assert.Throws<ModelException>(() => table.ThresholdFor(0.001));
        Assert.Contains("3000", error.Message, StringComparison.Ordinal);
        Assert.Throws<ModelException>(() => new ThresholdTable([]).ThresholdFor(0.01));
    }

    [Fact]
    public void Table_RowsThatContradict_Refuses()
    {
        Assert.Throws<ModelException>(() => new ThresholdTable([new(0.01, 0.5f, 400), new(0.1, 0.4f, 400)]));
        Assert.Throws<ModelException>(() => new ThresholdTable([new(0.01, 0.5f, 400), new(0.01, 0.5f, 400)]));
        Assert.Throws<ModelException>(() => new ThresholdTable([new(0.01, float.NaN, 400)]));
        Assert.Throws<ModelException>(() => new ThresholdTable([new(0, 0.1f, 400)]));
    }

    private static double Rate(float[] distances, float threshold) =>
        distances.Count(d => Scorer.IsAccepted(d, threshold)) / (double)distances.Length;

    private static float[] RandomDistances(int seed, int count, float step = 0)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var value = random.NextSingle() * 1.9f;
            return step > 0 ? MathF.Round(value / step) * step : value;
        })];
    }
}
