using Speaker.Audio;
using Speaker.Enrolment;
using Speaker.Enrolment.Sqlite;
using Speaker.Host.Tests.Support;
using Speaker.Inference;
using Speaker.Recognition;
using Speaker.Scoring;

namespace Speaker.Host.Tests.Recognition;

/// <summary>Enrolment, verification and identification on vectors whose distances are known.</summary>
[Collection(TestModelTests.Name)]
public sealed class EnrollerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly VoiceEncoder _encoder;
    private readonly DecisionThresholds _thresholds;
    private readonly SqliteVoiceprintStore _store;

    public EnrollerTests(TestModel model)
    {
        _encoder = VoiceEncoder.Load(model.Path);
        _thresholds = new DecisionThresholds(_encoder);
        _store = new SqliteVoiceprintStore(
            new StoreOptions { Path = _folder.File("voiceprints.db") }, TimeProvider.System);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Enroll_UtteranceUnlikeTheOthers_IsRefusedWithItsDistance()
    {
        await EnrollAsync("anna", Vectors.AtDistance(0));
        var report = await EnrollAsync("anna", Vectors.AtDistance(0.2), Vectors.AtDistance(1.9));

        Assert.Equal([Reason.Enrolled, Reason.UnlikeSpeaker],
            report.Recordings.Select(verdict => verdict.Reason));
        Assert.Equal(0.2, report.Recordings[0].Distance!.Value, 4);
        // Against the mean of what was there and what was just taken.
        var centroid = Voiceprint.Centroid([Vectors.AtDistance(0), Vectors.AtDistance(0.2)]);
        var expected = 1 - centroid.Zip(Vectors.AtDistance(1.9), (a, b) => (double)a * b).Sum();
        Assert.Equal(expected, report.Recordings[1].Distance!.Value, 4);
        Assert.Contains("beyond 1.500", report.Recordings[1].Message, StringComparison.Ordinal);
        Assert.Equal(2, report.Utterances);
    }

    [Fact]
    public async Task Enroll_NewSpeakerWithWrongFirstFile_TheMajorityDecidesWhoItIs()
    {
        var report = await EnrollAsync(
            "anna", Vectors.AtDistance(1.95), Vectors.AtDistance(0), Vectors.AtDistance(0.1), Vectors.AtDistance(0.05));
        Assert.Equal(
            [Reason.UnlikeSpeaker, Reason.Enrolled, Reason.Enrolled, Reason.Enrolled],
            report.Recordings.Select(verdict => verdict.Reason));
    }

    [Fact]
    public async Task Enroll_SameRecordingTwice_IsStoredOnce()
    {
        var report = await EnrollAsync("anna", Vectors.AtDistance(0), Vectors.AtDistance(0));
        Assert.Equal(
            [Reason.Enrolled, Reason.AlreadyEnrolled],
                report.Recordings.Select(verdict => verdict.Reason));
        Assert.Equal(Reason.AlreadyEnrolled,
            Assert.Single((await EnrollAsync("anna", Vectors.AtDistance(0))).Recordings).Reason);
        Assert.Equal(1, (await EnrollAsync("anna", Vectors.AtDistance(0))).Utterances);
    }

    [Fact]
    public async Task Enroll_AllRefused_LeavesNoSpeaker()
    {
        var silence = new EmbeddingResult
        {
            Reason = Reason.NoSpeech, Message = "no speech", TotalSeconds = 3, ModelHash = _encoder.Hash,
        };
        var report = await EnrollAsync("anna", [silence], default);
        var verdict = Assert.Single(report.Recordings);
        Assert.Equal((Reason.NoSpeech, "no speech"), (verdict.Reason, verdict.Message));
        Assert.Empty(await _store.ListAsync(default));
    }

    [Fact]
    public async Task Enroll_MoreSpeech_ComesNearerToAGoodEnrolment()
    {
        // 4 s each, 10 s are good.
        Assert.Equal(0.4, (await EnrollAsync("anna", Vectors.AtDistance(0))).Progress, 6);
        Assert.Equal(0.8, (await EnrollAsync("anna", Vectors.AtDistance(0.1))).Progress, 6);
        Assert.Equal(1.0, (await EnrollAsync("anna", Vectors.AtDistance(0.2))).Progress, 6);
    }

    [Fact]
    public async Task Enroll_Cancelled_LeavesNothing()
    {
        using var cancelled = new CancellationTokenSource();
        // After the work has begun, from what is called under the store's lock.
        await Assert.ThrowsAsync<OperationCanceledException>(() => _store.AddAsync(
            "anna", _encoder.Hash, null,
            _ =>
            {
                cancelled.Cancel();
                return [new StoredUtterance(Vectors.AtDistance(0), 4, "a.wav")];
            },
            cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => EnrollAsync("anna", [Sample(Vectors.AtDistance(0))], cancelled.Token));
        Assert.Empty(await _store.ListAsync(default));
    }

    [Theory]
    [InlineData(0.30, 0.31, Outcome.Accepted)]
    [InlineData(0.30, 0.29, Outcome.Rejected)]
    public async Task Decide_DistanceAndThreshold_AcceptsAtOrBelow(double distance, double threshold, Outcome expected)
    {
        await EnrollAsync("anna", Vectors.AtDistance(0));
        var verifier = new Verifier(
            _encoder.Scorer, _thresholds, new VerificationOptions { Threshold = threshold });
        var voiceprint = verifier.VoiceprintOf(await _store.GetUtterancesAsync("anna", _encoder.Hash, default));
        var answer = verifier.Decide("anna", voiceprint, Sample(Vectors.AtDistance(distance)), verifier.Threshold());
        Assert.Equal(expected, answer.Outcome);
        Assert.Equal(distance, answer.Distance!.Value, 4);
    }

    [Fact]
    public async Task Identify_NearestIsFarAhead_NamesThem()
    {
        await EnrollAsync("anna", Vectors.AtDistance(0));
        await EnrollAsync("boris", Vectors.AtDistance(0.6));
        var answer = await IdentifyAsync(Vectors.AtDistance(0.1), 0.5);
        Assert.Equal((Outcome.Accepted, "anna"), (answer.Outcome, answer.Speaker));
        Assert.Equal(["anna", "boris"], answer.Candidates.Select(candidate => candidate.Speaker));
        Assert.Equal(answer.Candidates[1].Distance - answer.Candidates[0].Distance, answer.Margin!.Value, 6);
    }

    [Fact]
    public async Task Identify_NobodyNear_NamesNobody()
    {
        await EnrollAsync("anna", Vectors.AtDistance(0));
        var answer = await IdentifyAsync(Vectors.AtDistance(0.9), 0.5);
        Assert.Equal((Outcome.Rejected, null), (answer.Outcome, answer.Speaker));
        Assert.Null(answer.Margin);
    }

    [Fact]
    public async Task Identify_RunnerUpAsNear_IsInconclusive()
    {
        await EnrollAsync("anna", Vectors.AtDistance(0.2, axis: 1));
        await EnrollAsync("boris", Vectors.AtDistance(0.21, axis: 2));
        var answer = await IdentifyAsync(Vectors.AtDistance(0), 0.5);
        Assert.Equal((Outcome.Inconclusive, Reason.RunnerUpTooNear, null), (answer.Outcome, answer.Reason, answer.Speaker));
        Assert.Equal(0.01, answer.Margin!.Value, 4);
    }

    private EmbeddingResult Sample(float[] vector) => new()
    {
        Embedding = vector,
        Reason = Reason.None,
        TotalSeconds = 5,
        SpeechSeconds = 4,
        Quality = new AudioQuality(0.5, 0, -20, 30, 8000),
        ModelHash = _encoder.Hash,
    };

    private async Task<Decision> IdentifyAsync(float[] vector, double threshold)
    {
        var identifier = new Identifier(
            _encoder.Scorer, _thresholds, new IdentificationOptions { Threshold = threshold, MinimumMargin = 0.05 });
        return identifier.Decide(
            await _store.GetAllUtterancesAsync(_encoder.Hash, default), Sample(vector), identifier.Threshold());
    }

    private Task<EnrolmentResult> EnrollAsync(string speaker, params float[][] vectors) =>
        EnrollAsync(speaker, [.. vectors.Select(Sample)], default);

    private Task<EnrolmentResult> EnrollAsync(
        string speaker, IReadOnlyList<EmbeddingResult> samples, CancellationToken cancellationToken) =>
        // The card's row at 0.01: an utterance coheres within 1.5 of the others.
        new Enroller(_encoder.Scorer, _thresholds, new EnrolmentOptions { CoherenceTargetFar = 0.01 }).EnrollAsync(
            _store, speaker, _encoder.Hash, [.. samples.Select(_ => "a.wav")], samples, "consent", cancellationToken);
}
