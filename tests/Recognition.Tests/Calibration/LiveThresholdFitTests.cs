using Speaker.Calibration;

namespace Speaker.Recognition.Tests.Calibration;

public class LiveThresholdFitTests
{
    private const double Rate = 0.05;
    private const double EarlyFrr = 0.04;

    /// <summary>Looks of a session: a random walk's mean, so that neighbours depend on each other. The margin of a single
    /// look of a stranger is above 0 with the probability <see cref="Rate"/>, whatever its time: the plain threshold keeps
    /// the rate at each look.</summary>
    private static LiveTrial Session(Random random, bool isTarget)
    {
        const double quantile = 1.6449; // of the normal distribution, at 1 - Rate
        var looks = new List<LiveLook>();
        var walk = 0.0;
        for (var step = 1; step <= 20; step++)
        {
            walk += Normal(random);
            var z = walk / Math.Sqrt(step);
            looks.Add(new LiveLook(step * 0.5, step * 0.5, 0, [isTarget ? z + 2 : z - quantile]));
        }

        return new LiveTrial("c/anna", isTarget ? "c/anna" : "c/boris", looks);
    }

    [Fact]
    public void Fit_WalksOfStrangers_KeepsTheRateOverTheSessionWhereEachLookAloneDoesNot()
    {
        var random = new Random(1);
        var live = LiveThresholdFit.Fit([Rate], Sessions(random, 8000), EarlyFrr, "walks");
        var rate = Assert.Single(live.Rates);
        Assert.Equal((16_000, 8000), (live.Sessions, live.Impostors));

        var fresh = Sessions(random, 8000);
        var strangers = fresh.Where(session => !session.IsTarget).ToArray();
        var right = fresh.Where(session => session.IsTarget).ToArray();
        // The answer is known: a twentieth of the looks, and about a quarter of the sessions, are above 0.
        Assert.InRange(strangers.Average(session => session.Looks.Average(look => Above(look.Margins[0]))), 0.04, 0.06);
        Assert.InRange(strangers.Average(session => Above(session.Looks.Max(look => look.Margins[0]))), 0.15, 0.35);

        // Four deviations of a share of 8,000.
        Assert.InRange(
            Share(strangers, Outcome.Accepted), 0.01, (LiveThresholdFit.AcceptShare * Rate) + (4 * Math.Sqrt(0.025 * 0.975 / 8000)));
        Assert.InRange(
            Share(right, Outcome.Rejected), 0.01, EarlyFrr + (4 * Math.Sqrt(0.04 * 0.96 / 8000)));
        Assert.True(Share(right, Outcome.Accepted) > 0.3);

        // At any look, also after another outcome: what is bounded does not need the other margin.
        double Share(LiveTrial[] sessions, Outcome outcome) => sessions.Average(session => session.Looks
            .Any(look => rate.Judge(look.SpeechSeconds, look.Margins[0]) == outcome) ? 1.0 : 0);
    }

    [Fact]
    public void Fit_TheSessionsThemselves_AreWithinTheRates()
    {
        var sessions = Sessions(new Random(2), 500);
        var rate = Assert.Single(LiveThresholdFit.Fit([Rate], sessions, EarlyFrr, "walks").Rates);
        var strangers = sessions.Where(session => !session.IsTarget).ToArray();
        var right = sessions.Where(session => session.IsTarget).ToArray();
        Assert.True(strangers.Count(session => Verdict(rate, session) == Outcome.Accepted)
            <= LiveThresholdFit.AcceptShare * Rate * strangers.Length);
        Assert.True(right.Count(session => Verdict(rate, session) == Outcome.Rejected) <= EarlyFrr * right.Length);
    }

    [Fact]
    public void Fit_TooFewSessions_LeavesTheRateOut() =>
        Assert.Empty(LiveThresholdFit.Fit([0.001], Sessions(new Random(3), 20), 0.001, "walks").Rates);

    [Theory]
    [InlineData(1, 0.3, Outcome.Accepted)]
    [InlineData(1, 0.29, null)]
    [InlineData(3, 0.1, Outcome.Accepted)]
    [InlineData(3, -0.2, Outcome.Rejected)]
    [InlineData(1, -9, null)]
    [InlineData(10, -0.2, Outcome.Rejected)]
    [InlineData(10.1, 0.5, null)]
    [InlineData(0.4, 0.5, null)]
    [InlineData(3, double.NaN, null)]
    public void Judge_MarginOfAStretch_DecidesWithinWhatWasMeasured(double seconds, double margin, Outcome? verdict) =>
        Assert.Equal(
            verdict,
            new LiveRate(0.01, 10, [new LiveBand(0.5, 0.3, null), new LiveBand(3, 0.1, 0.2)]).Judge(seconds, margin));

    [Theory]
    [InlineData(0.0, 10, 0, 1)]
    [InlineData(0.01, 0, 0, 1)]
    [InlineData(0.01, 10, 1, 1)]
    [InlineData(0.01, 10, -1, 1)]
    public void Validate_OutOfItsRange_IsRefused(double rate, double until, double first, double second) =>
        Assert.Throws<ModelException>(() => new LiveThresholds(
            [new LiveRate(rate, until, [new LiveBand(first, 1, 1), new LiveBand(second, 1, 1)])], 0.5, 0.01, 2, 1, 2, "")
            .Validate());

    private static LiveTrial[] Sessions(Random random, int each) =>
    [
        .. Enumerable.Range(0, each).SelectMany(
            _ => (LiveTrial[])[Session(random, isTarget: false), Session(random, isTarget: true)]),
    ];

    private static Outcome? Verdict(LiveRate rate, LiveTrial session) => session.Looks
        .Select(look => rate.Judge(look.SpeechSeconds, look.Margins[0])).FirstOrDefault(verdict => verdict is not null);

    private static double Above(double value) => value > 0 ? 1 : 0;

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
