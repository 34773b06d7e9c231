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

    /// <summary>Two unit vectors so far apart.</summary>
    private Decision Decide(VerificationOptions options, double distance)
    {
        var (cosine, dimension) = (1 - distance, RandomEncoder.Small.Dimension);
        var (enrolled, test) = (new float[dimension], new float[dimension]);
        enrolled[0] = 1;
        (test[0], test[1]) = ((float)cosine, (float)Math.Sqrt(1 - (cosine * cosine)));
        var verifier = new Verifier(Scorer.Cosine, _thresholds, options);
        return verifier.Decide(
            "anna", Scorer.Cosine.Side(enrolled),
            new EmbeddingResult { Embedding = test, Reason = Reason.None, ModelHash = "" }, verifier.Threshold());
    }
}
