using Speaker.Calibration;
using Speaker.Metrics;

namespace Speaker.Evaluation;

/// <summary>Sessions that were played, each against several voiceprints.</summary>
/// <param name="Rates">False-accept rates of the looks' margins.</param>
/// <param name="Trials">A session against a voiceprint each.</param>
/// <param name="Likenesses">Of each session, the cosine of its last look's embedding to that of the whole.</param>
internal sealed record LiveSessionSet(
    IReadOnlyList<double> Rates, IReadOnlyList<LiveTrial> Trials, IReadOnlyList<double> Likenesses);

/// <summary>What looking early does, on speakers that the margins were not fitted to: each half of the speakers is judged
/// by margins of the other half.</summary>
/// <param name="Sessions">Of the right speakers.</param>
/// <param name="Impostors">Sessions of strangers.</param>
/// <param name="Speakers">Who are claimed.</param>
/// <param name="Rates">By false-accept rate.</param>
internal sealed record LiveReport(int Sessions, int Impostors, int Speakers, IReadOnlyList<LiveRateReport> Rates)
{
    /// <summary>Cosine of the last look's embedding to that of the whole recording, mean over the sessions.</summary>
    public required double MeanLikeness { get; init; }

    /// <summary>Equal error rate of the last looks.</summary>
    public required double Eer { get; init; }

    /// <summary>Of the whole recordings.</summary>
    public required double WholeEer { get; init; }

    /// <exception cref="ModelException">No session of the right speaker, or none of a stranger.</exception>
    public static LiveReport Of(LiveSessionSet set, double earlyFrr)
    {
        var half = Halves(set.Trials);
        LiveTrial[][] halves = [OfHalf(false), OfHalf(true)];
        var fitted = halves.Select(trials => LiveThresholdFit.Fit(set.Rates, trials, earlyFrr, "")).ToArray();
        var held = halves.SelectMany((trials, i) => trials.Select(trial => (Trial: trial, Live: fitted[1 - i]))).ToArray();
        if (!held.Any(one => one.Trial.IsTarget) || held.All(one => one.Trial.IsTarget))
        {
            throw new ModelException(
                "there is no session of the right speaker, or none of a stranger: give recordings of four speakers of one " +
                "corpus or more, with 6 s or more of each");
        }

        return new LiveReport(
            held.Count(one => one.Trial.IsTarget), held.Count(one => !one.Trial.IsTarget), half.Count,
            [
                .. set.Rates.Select((rate, place) => LiveRateReport.Of(
                    rate, place, [.. held.Select(one => (one.Trial, one.Live.For(rate)))])),
            ])
        {
            MeanLikeness = set.Likenesses.DefaultIfEmpty().Average(),
            Eer = Rate(held.Select(one => (one.Trial, one.Trial.Looks.Count > 0 ? one.Trial.Looks[^1] : null))),
            WholeEer = Rate(held.Select(one => (one.Trial, one.Trial.Whole))),
        };

        LiveTrial[] OfHalf(bool second) =>
            [.. set.Trials.Where(trial => half[trial.Claimed] == second && half[trial.Speaker] == second)];
    }

    private static double Rate(IEnumerable<(LiveTrial Trial, LiveLook? Look)> looks)
    {
        var kinds = looks.Where(one => one.Look is not null)
            .ToLookup(one => one.Trial.IsTarget, one => (float)one.Look!.Distance);
        return ErrorRates.Eer([.. kinds[true]], [.. kinds[false]]).Rate;
    }

    /// <summary>The second, fourth, sixth … speaker of each corpus.</summary>
    private static Dictionary<string, bool> Halves(IReadOnlyList<LiveTrial> trials) => trials
        .SelectMany(trial => (string[])[trial.Claimed, trial.Speaker]).Distinct(StringComparer.Ordinal)
        .GroupBy(speaker => speaker[..(speaker.IndexOf('/', StringComparison.Ordinal) + 1)], StringComparer.Ordinal)
        .SelectMany(corpus => corpus.Order(StringComparer.Ordinal).Select((speaker, i) => (speaker, i % 2 == 1)))
        .ToDictionary(StringComparer.Ordinal);
}

/// <summary>What looking early does at one false-accept rate.</summary>
/// <param name="TargetFar">The rate.</param>
/// <param name="IsFitted">Whether there were sessions enough for it: otherwise nothing is decided early.</param>
/// <param name="MedianSeconds">Of sound, until half of the right speakers' sessions are accepted; null where fewer are
/// before their end.</param>
/// <param name="Times">By seconds of sound.</param>
internal sealed record LiveRateReport(
    double TargetFar, bool IsFitted, double? MedianSeconds, IReadOnlyList<LiveTimeRates> Times)
{
    private static readonly double[] _times = [1, 2, 3, 5, 10];

    internal static LiveRateReport Of(double rate, int place, IReadOnlyList<(LiveTrial Trial, LiveRate? Live)> held)
    {
        (LiveTrial Trial, double At, Outcome? Outcome)[] verdicts =
            [.. held.Select(one => Verdict(one.Trial, one.Live, place))];
        var accepted = verdicts.Where(verdict => verdict.Trial.IsTarget)
            .Select(verdict => verdict.Outcome == Outcome.Accepted ? verdict.At : double.PositiveInfinity).Order().ToArray();
        return new LiveRateReport(
            rate, held.All(one => one.Live is not null),
            double.IsFinite(accepted[accepted.Length / 2]) ? accepted[accepted.Length / 2] : null,
            [.. _times.Select(seconds => LiveTimeRates.Of(seconds, place, verdicts))]);
    }

    private static (LiveTrial Trial, double At, Outcome? Outcome) Verdict(LiveTrial trial, LiveRate? live, int place)
    {
        foreach (var look in trial.Looks)
        {
            if (live?.Judge(look.SpeechSeconds, look.Margins[place]) is { } outcome)
            {
                return (trial, look.Seconds, outcome);
            }
        }

        return (trial, double.PositiveInfinity, null);
    }
}

/// <summary>Shares of sessions that are listened to for so long.</summary>
/// <param name="Seconds">Of sound; a session that is shorter ends with its own decision.</param>
/// <param name="PlainFar">Strangers accepted by one decision at that time.</param>
/// <param name="PlainFrr">Right speakers not accepted by it.</param>
/// <param name="Far">Strangers accepted by a look until then, or else by the decision at that time.</param>
/// <param name="Frr">Right speakers not accepted so.</param>
/// <param name="TargetsAccepted">Right speakers accepted by a look until then.</param>
/// <param name="TargetsRejected">Right speakers rejected by one.</param>
/// <param name="ImpostorsAccepted">Strangers accepted by one.</param>
/// <param name="ImpostorsRejected">Strangers rejected by one.</param>
internal sealed record LiveTimeRates(
    double Seconds, double PlainFar, double PlainFrr, double Far, double Frr,
    double TargetsAccepted, double TargetsRejected, double ImpostorsAccepted, double ImpostorsRejected)
{
    internal static LiveTimeRates Of(
        double seconds, int place, IReadOnlyList<(LiveTrial Trial, double At, Outcome? Outcome)> verdicts)
    {
        return new LiveTimeRates(
            seconds, Share(false, IsAcceptedAtEnd), Share(true, one => !IsAcceptedAtEnd(one)),
            Share(false, IsAccepted), Share(true, one => !IsAccepted(one)),
            Share(true, one => Is(one, Outcome.Accepted)), Share(true, one => Is(one, Outcome.Rejected)),
            Share(false, one => Is(one, Outcome.Accepted)), Share(false, one => Is(one, Outcome.Rejected)));

        double Share(bool isTarget, Func<(LiveTrial Trial, double At, Outcome? Outcome), bool> holds) => verdicts
            .Where(one => one.Trial.IsTarget == isTarget).Average(one => holds(one) ? 1.0 : 0);

        bool Is((LiveTrial Trial, double At, Outcome? Outcome) one, Outcome outcome) =>
            one.At <= seconds && one.Outcome == outcome;

        bool IsAccepted((LiveTrial Trial, double At, Outcome? Outcome) one) =>
            one.At <= seconds ? one.Outcome == Outcome.Accepted : IsAcceptedAtEnd(one);

        bool IsAcceptedAtEnd((LiveTrial Trial, double At, Outcome? Outcome) one)
        {
            var end = one.Trial.Whole is { } whole && whole.Seconds <= seconds
                ? whole
                : one.Trial.Looks.LastOrDefault(look => look.Seconds <= seconds);
            return end?.Margins[place] >= 0;
        }
    }
}
