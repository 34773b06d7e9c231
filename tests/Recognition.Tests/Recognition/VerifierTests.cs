using Speaker.Audio;
using Speaker.Calibration;
using Speaker.Inference;
using Speaker.Recognition;
using Speaker.Scoring;

namespace Speaker.Tests.Recognition;

/// <summary>What a decision says of its threshold and of its evidence.</summary>
public sealed class VerifierTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DecisionThresholds _thresholds;
    private readonly DecisionThresholds _ofTrials;

    public VerifierTests()
    {
        var path = _folder.File("own.safetensors");
        RandomEncoder.Save(path, RandomEncoder.Card(RandomEncoder.Small) with
        {
            Calibration = [new CalibrationPoint(0.001, 0.1f, 5000), new CalibrationPoint(0.01, 0.3f, 5000)],
            CalibratedOn = "trials of mine",
            // Positive below 0.5.
            Scores = new ScoreCalibration(10, 5),
        });
        _thresholds = new DecisionThresholds(VoiceEncoder.Load(path));
        var withLines = _folder.File("lines.safetensors");
        RandomEncoder.Save(withLines, RandomEncoder.Card(RandomEncoder.Small) with
        {
            Calibration = [new CalibrationPoint(0.01, 0.3f, 5000)],
            // 0.3 at a second, 0.2 more for each e-fold of it. The typical right speaker is 0.1 beyond at a second and
            // within from e^0.5 s on; nineteen of twenty are not more than 0.2 farther.
            TrialThresholds = new TrialThresholds(
                [new MeasureRange(TrialMeasure.Shorter, 0, Math.Log(0.5), Math.Log(8))],
                [new TrialThreshold(0.01, new MeasureLine(0.3, [0.2]), new MeasureLine(0.1, [-0.2]), 0.2)], 5000, 40),
        });
        _ofTrials = new DecisionThresholds(VoiceEncoder.Load(withLines));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0.01, 0.01)]
    [InlineData(0.02, 0.01)]
    [InlineData(0.009, 0.001)]
    public void Decide_AnyRate_SaysWhichOneTheThresholdWasCalibratedForAndOnWhat(double asked, double calibrated)
    {
        var answer = Decide(new VerificationOptions { TargetFar = asked }, 0.05);
        Assert.Equal((asked, calibrated, "trials of mine"), (answer.TargetFar, answer.CalibratedFar, answer.CalibratedOn));
    }

    [Fact]
    public void Decide_ThresholdGiven_IsOfNoRate()
    {
        var answer = Decide(new VerificationOptions { Threshold = 0.2 }, 0.05);
        Assert.Equal((null, null, null), (answer.TargetFar, answer.CalibratedFar, answer.CalibratedOn));
    }

    [Theory]
    [InlineData(null, 0.2, "")]
    [InlineData(null, 0.4, "likelier from this speaker than from another, but to accept only 1% of other voices")]
    [InlineData(null, 0.7, "")]
    [InlineData(0.35, 0.4, "likelier from this speaker than from another, but the threshold that was given")]
    [InlineData(0.9, 0.7, "likelier from another speaker than from this one, but the threshold that was given")]
    public void Decide_EvidenceAgainstTheDecision_IsExplainedInTheSentence(
        double? threshold, double distance, string explanation)
    {
        var answer = Decide(new VerificationOptions { Threshold = threshold }, distance);
        Assert.Equal(5 - (10 * distance), answer.LogLikelihoodRatio!.Value, 1e-4);
        Assert.Contains(explanation, answer.Message, StringComparison.Ordinal);
        Assert.Equal(explanation.Length > 0, answer.Message.Contains("likelier", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, 0.29, 0.3, Outcome.Accepted)]
    [InlineData(1, 0.31, 0.3, Outcome.Inconclusive)]
    [InlineData(1, 0.59, 0.3, Outcome.Inconclusive)]
    [InlineData(1, 0.61, 0.3, Outcome.Rejected)] // farther than any right speaker, however short it is
    [InlineData(4, 0.5, 0.5773, Outcome.Accepted)]
    [InlineData(4, 0.6, 0.5773, Outcome.Rejected)] // the typical right speaker passes
    [InlineData(100, 0.7, 0.7159, Outcome.Accepted)] // cut to the lengths that were seen
    public void Decide_CardWithThresholdsForTrials_TakesTheTrialsOwn(
        double seconds, double distance, double threshold, Outcome outcome)
    {
        var answer = Decide(new VerificationOptions { TargetFar = 0.01 }, distance, _ofTrials, seconds);
        Assert.Equal(outcome, answer.Outcome);
        Assert.Equal(threshold, answer.Threshold, 1e-4);
        Assert.Equal(outcome == Outcome.Accepted, answer.Distance <= answer.Threshold);
    }

    [Fact]
    public void Decide_TooShortForTheRate_SaysHowMuchMoreSpeechItTakes()
    {
        var answer = Decide(new VerificationOptions { TargetFar = 0.01 }, 0.4, _ofTrials, seconds: 1);
        // e^0.5 - 1 = 0.65, up to the next tenth.
        Assert.Equal((Reason.TooShort, 0.7), (answer.Reason, answer.MissingSeconds!.Value));
        Assert.Contains("record about 0.7 s more", answer.Message, StringComparison.Ordinal);
        Assert.NotNull(answer.Distance);
    }

    [Fact]
    public void Decide_ThresholdGiven_IsNotMovedAndNeverTooShort()
    {
        var answer = Decide(new VerificationOptions { Threshold = 0.2 }, 0.4, _ofTrials, seconds: 1);
        Assert.Equal((Outcome.Rejected, 0.2, null), (answer.Outcome, answer.Threshold, answer.MissingSeconds));
    }

    [Fact]
    public void SideOf_Utterances_HasTheirNoiseAndBandInTheMeanWhereTheseAreKnown()
    {
        var known = new AudioQuality(0.5, 0, -20, 30, 4000);
        StoredUtterance[] utterances =
        [
            Utterance(known), Utterance(known with { SignalToNoise = null, Bandwidth = 8000 }), Utterance(null),
        ];
        var side = Verifier.SideOf(Scorer.Cosine, utterances);
        Assert.Equal((6.0, 30.0, 6000.0), (side.SpeechSeconds, side.SignalToNoise, side.Bandwidth));
        var unknown = Verifier.SideOf(Scorer.Cosine, [Utterance(null)]);
        Assert.Equal((2.0, null, null), (unknown.SpeechSeconds, unknown.SignalToNoise, unknown.Bandwidth));
        var narrow = Verifier.SideOf(Scorer.Cosine, [Utterance(known)]);
        var trial = TrialQuality.Of(narrow, side)!.Value;
        Assert.Equal((30.0, 4000.0, 2000.0), (trial.SignalToNoise, trial.Bandwidth, trial.BandwidthGap));
        Assert.Null(TrialQuality.Of(unknown, side)!.Value.BandwidthGap);
        Assert.Equal(6000, TrialQuality.Of(unknown, side)!.Value.Bandwidth);

        static StoredUtterance Utterance(AudioQuality? quality) => new([1, 0, 0], 2, "a.wav") { Quality = quality };
    }

    /// <summary>Two unit vectors so far apart.</summary>
    private Decision Decide(
        VerificationOptions options, double distance, DecisionThresholds? thresholds = null, double? seconds = null)
    {
        var (cosine, dimension) = (1 - distance, RandomEncoder.Small.Dimension);
        var (enrolled, test) = (new float[dimension], new float[dimension]);
        enrolled[0] = 1;
        (test[0], test[1]) = ((float)cosine, (float)Math.Sqrt(1 - (cosine * cosine)));
        var verifier = new Verifier(Scorer.Cosine, thresholds ?? _thresholds, options);
        return verifier.Decide(
            "anna", Scorer.Cosine.Side(enrolled) with { SpeechSeconds = seconds + 1 },
            new EmbeddingResult
            {
                Embedding = test, Reason = Reason.None, ModelHash = "", SpeechSeconds = seconds ?? 0,
            },
            verifier.Threshold());
    }
}
