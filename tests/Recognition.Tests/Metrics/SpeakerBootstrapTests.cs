using Speaker.Metrics;
using Speaker.Numerics;

namespace Speaker.Tests.Metrics;

public class SpeakerBootstrapTests
{
    [Fact]
    public void Eer_NoOverlap_GivesAnIntervalOfNothing()
    {
        var interval = SpeakerBootstrap.Eer(Trials(1, 8, 4, 0, 0.001), 200);
        Assert.Equal(new RateInterval(0, 0), interval);
    }

    [Fact]
    public void Eer_SameSeed_IsTheSameInterval()
    {
        var trials = Trials(2, 10, 4, 0.5, 0.5);
        Assert.Equal(SpeakerBootstrap.Eer(trials, 300, 7), SpeakerBootstrap.Eer(trials, 300, 7));
        Assert.NotEqual(SpeakerBootstrap.Eer(trials, 300, 7), SpeakerBootstrap.Eer(trials, 300, 8));
    }

    [Fact]
    public void Eer_Draws_AreThoseOfTrialsWrittenOutOncePerCount()
    {
        // The same draws of speakers by the same streams, but every trial repeated and put through the plain sweep.
        var trials = Trials(3, 7, 4, 0.4, 0.6);
        var rates = new List<double>();
        for (var draw = 0; draw < 100; draw++)
        {
            var random = SplitRandom.For(5, draw);
            var counts = new int[7];
            for (var i = 0; i < counts.Length; i++)
            {
                counts[random.Next(counts.Length)]++;
            }

            var order = SpeakersInOrderOfDistance(trials);
            int Count(int speaker) => counts[order.IndexOf(speaker)];
            var targets = trials.Where(t => t.IsTarget)
                .SelectMany(t => Enumerable.Repeat(t.Distance, Count(t.EnrolSpeaker))).ToArray();
            var impostors = trials.Where(t => !t.IsTarget)
                .SelectMany(t => Enumerable.Repeat(t.Distance, Count(t.EnrolSpeaker) * Count(t.TestSpeaker))).ToArray();
            if (targets.Length > 0 && impostors.Length > 0)
            {
                rates.Add(ErrorRatesTests.SweepEer(targets, impostors));
            }
        }

        rates.Sort();
        var interval = SpeakerBootstrap.Eer(trials, 100, 5);
        Assert.Equal(Quantile(rates, 0.025), interval.Low, 9);
        Assert.Equal(Quantile(rates, 0.975), interval.High, 9);
    }

    [Fact]
    public void Eer_ManyDataSets_CoversTheTrueRateAboutAsOftenAsItSays()
    {
        // The true rate: that of very many speakers.
        var truth = TrueEer();
        var covered = 0;
        for (var seed = 0; seed < 100; seed++)
        {
            var interval = SpeakerBootstrap.Eer(Trials(100 + seed, 25, 4, 0.35, 0.5), 200);
            covered += interval.Low <= truth && truth <= interval.High ? 1 : 0;
        }

        // Percentile intervals of 25 speakers fall somewhat short of 95; below 80 something is wrong.
        Assert.InRange(covered, 80, 100);
    }

    [Fact]
    public void Eer_OneKindMissing_IsRefused() =>
        Assert.Throws<ModelException>(() => SpeakerBootstrap.Eer([new ScoredTrial(1, true, 0, 0)]));

    private static double TrueEer()
    {
        var trials = Trials(99, 400, 4, 0.35, 0.5);
        float[] Of(bool target) => [.. trials.Where(t => t.IsTarget == target).Select(t => t.Distance)];
        return ErrorRates.Eer(Of(true), Of(false)).Rate;
    }

    /// <summary>
    /// Utterances on a line: a speaker's place, spread within it. Distances between them; all pairs of a speaker, and
    /// each speaker's first utterance against the others'.
    /// </summary>
    private static List<ScoredTrial> Trials(int seed, int speakers, int utterances, double within, double noise)
    {
        var random = SplitRandom.For(seed, 1234);
        var places = Enumerable.Range(0, speakers)
            .Select(s => Enumerable.Range(0, utterances).Select(_ => 0.0).ToArray()).ToArray();
        for (var s = 0; s < speakers; s++)
        {
            // A few speakers vary more than others, so that errors come in clusters.
            var own = within == 0 ? 10.0 * s : 2 * random.NextGaussians().First;
            var spread = within * (1 + random.NextDouble());
            for (var u = 0; u < utterances; u++)
            {
                places[s][u] = own + (spread * random.NextGaussians().First) + (noise * 0.1 * random.NextDouble());
            }
        }

        var trials = new List<ScoredTrial>();
        for (var a = 0; a < speakers; a++)
        {
            for (var b = a; b < speakers; b++)
            {
                for (var i = 0; i < utterances; i++)
                {
                    for (var j = a == b ? i + 1 : 0; j < utterances; j++)
                    {
                        if (a == b || (i == 0 && j == 0))
                        {
                            trials.Add(new ScoredTrial((float)Math.Abs(places[a][i] - places[b][j]), a == b, a, b));
                        }
                    }
                }
            }
        }

        return trials;
    }

    /// <summary>The bootstrap numbers speakers as it meets them in order of distance, enrolment side first.</summary>
    private static List<int> SpeakersInOrderOfDistance(List<ScoredTrial> trials) =>
    [
        .. trials.OrderBy(t => t.Distance).SelectMany(t => (int[])[t.EnrolSpeaker, t.TestSpeaker]).Distinct(),
    ];

    private static double Quantile(List<double> sorted, double share)
    {
        var place = share * (sorted.Count - 1);
        var below = (int)place;
        return sorted[below] + ((place - below) * (sorted[Math.Min(below + 1, sorted.Count - 1)] - sorted[below]));
    }
}
