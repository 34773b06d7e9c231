using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Speaker.Audio.Quality;
using Speaker.CommandLine;
using Speaker.Enrolment;
using Speaker.Enrolment.Sqlite;
using Speaker.Host.Tests.Support;
using Speaker.Recognition;
using Speaker.Scoring;

namespace Speaker.Host.Tests.Recognition;

/// <summary>Enrolment, verification and identification on vectors whose distances are known.</summary>
[Collection(TestModelTests.Name)]
public sealed class EnrollerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly IHost _host;

    public EnrollerTests(TestModel model) => _host = Composition.CreateBuilder(
        new Dictionary<string, string?>
        {
            [Composition.ModelKey] = model.Path,
            [Composition.StoreKey] = _folder.File("voiceprints.db"),
            // The card's row at 0.01: an utterance coheres within 1.5 of the others.
            ["Speaker:Enrolment:CoherenceTargetFar"] = "0.01",
            ["Speaker:Identification:MinimumMargin"] = "0.05",
        }).BuildChecked();

    public void Dispose()
    {
        _host.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Enroll_UtteranceUnlikeTheOthers_IsRefusedWithItsDistance()
    {
        Enroll("anna", Vectors.AtDistance(0));
        var report = Enroll("anna", Vectors.AtDistance(0.2), Vectors.AtDistance(1.9));

        Assert.Equal([UtteranceStatus.Accepted, UtteranceStatus.Refused],
            report.Verdicts.Select(verdict => verdict.Status));
        Assert.Equal(0.2, report.Verdicts[0].Distance!.Value, 4);
        // Against the mean of what was there and what was just taken.
        var centroid = Voiceprint.Centroid([Vectors.AtDistance(0), Vectors.AtDistance(0.2)]);
        var expected = 1 - centroid.Zip(Vectors.AtDistance(1.9), (a, b) => (double)a * b).Sum();
        Assert.Equal(expected, report.Verdicts[1].Distance!.Value, 4);
        Assert.Contains("beyond 1.500", report.Verdicts[1].Reason, StringComparison.Ordinal);
        Assert.Equal(2, report.Utterances);
    }

    [Fact]
    public void Enroll_NewSpeakerWithWrongFirstFile_TheMajorityDecidesWhoItIs()
    {
        var report = Enroll(
            "anna", Vectors.AtDistance(1.95), Vectors.AtDistance(0), Vectors.AtDistance(0.1), Vectors.AtDistance(0.05));
        Assert.Equal(
            [UtteranceStatus.Refused, UtteranceStatus.Accepted, UtteranceStatus.Accepted, UtteranceStatus.Accepted],
            report.Verdicts.Select(verdict => verdict.Status));
    }

    [Fact]
    public void Enroll_SameRecordingTwice_IsStoredOnce()
    {
        var report = Enroll("anna", Vectors.AtDistance(0), Vectors.AtDistance(0));
        Assert.Equal(
            [UtteranceStatus.Accepted, UtteranceStatus.AlreadyEnrolled],
                report.Verdicts.Select(verdict => verdict.Status));
        Assert.Equal(UtteranceStatus.AlreadyEnrolled,
            Assert.Single(Enroll("anna", Vectors.AtDistance(0)).Verdicts).Status);
        Assert.Equal(1, Enroll("anna", Vectors.AtDistance(0)).Utterances);
    }

    [Fact]
    public void Enroll_AllRefused_LeavesNoSpeaker()
    {
        var report = Get<Enroller>().Enroll(
            "anna", [new EnrolmentCandidate("a.wav", new NotEmbedded("no speech", 3, 0))], "consent",
                CancellationToken.None);
        Assert.Equal("no speech", Assert.Single(report.Verdicts).Reason);
        using var store = Get<StoreLocation>().Open();
        Assert.Empty(store.List());
    }

    [Fact]
    public void Enroll_MoreSpeech_ComesNearerToAGoodEnrolment()
    {
        // 4 s each, 10 s are good.
        Assert.Equal(0.4, Enroll("anna", Vectors.AtDistance(0)).Progress, 6);
        Assert.Equal(0.8, Enroll("anna", Vectors.AtDistance(0.1)).Progress, 6);
        Assert.Equal(1.0, Enroll("anna", Vectors.AtDistance(0.2)).Progress, 6);
    }

    [Fact]
    public void Enroll_Cancelled_LeavesNothing()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => Get<Enroller>().Enroll(
            "anna", [Candidate(Vectors.AtDistance(0))], null, cancelled.Token));
        using var store = Get<StoreLocation>().Open();
        Assert.Empty(store.List());
    }

    [Theory]
    [InlineData(0.30, 0.31, nameof(Decision.Accept))]
    [InlineData(0.30, 0.29, nameof(Decision.Reject))]
    public void Decide_DistanceAndThreshold_AcceptsAtOrBelow(double distance, double threshold, string expected)
    {
        Enroll("anna", Vectors.AtDistance(0));
        var verifier = Get<Verifier>();
        var answer = verifier.Decide(
            "anna", verifier.VoiceprintOf("anna"), Sample(Vectors.AtDistance(distance)),
                new DecisionThreshold(threshold, null));
        Assert.Equal(expected, answer.Decision.ToString());
        Assert.Equal(distance, answer.Distance!.Value, 4);
    }

    [Fact]
    public void Identify_NearestIsFarAhead_NamesThem()
    {
        Enroll("anna", Vectors.AtDistance(0));
        Enroll("boris", Vectors.AtDistance(0.6));
        var answer = Identify(Vectors.AtDistance(0.1), 0.5);
        Assert.Equal((Decision.Accept, "anna"), (answer.Decision, answer.Speaker));
        Assert.Equal(["anna", "boris"], answer.Candidates.Select(candidate => candidate.Speaker));
        Assert.Equal(answer.Candidates[1].Distance - answer.Candidates[0].Distance, answer.Margin!.Value, 6);
    }

    [Fact]
    public void Identify_NobodyNear_NamesNobody()
    {
        Enroll("anna", Vectors.AtDistance(0));
        var answer = Identify(Vectors.AtDistance(0.9), 0.5);
        Assert.Equal((Decision.Reject, null), (answer.Decision, answer.Speaker));
        Assert.Null(answer.Margin);
    }

    [Fact]
    public void Identify_RunnerUpAsNear_IsInconclusive()
    {
        Enroll("anna", Vectors.AtDistance(0.2, axis: 1));
        Enroll("boris", Vectors.AtDistance(0.21, axis: 2));
        var answer = Identify(Vectors.AtDistance(0), 0.5);
        Assert.Equal((Decision.Inconclusive, null), (answer.Decision, answer.Speaker));
        Assert.Equal(0.01, answer.Margin!.Value, 4);
    }

    private static Embedded Sample(float[] vector) => new(vector, 5, 4, new AudioQuality(0.5, 0, -20, 30, 8000), null);

    private static EnrolmentCandidate Candidate(float[] vector) => new("a.wav", Sample(vector));

    private Identification Identify(float[] vector, double threshold) =>
        Get<Identifier>().Identify(Sample(vector), new DecisionThreshold(threshold, null));

    private EnrolmentReport Enroll(string speaker, params float[][] vectors) =>
        Get<Enroller>().Enroll(speaker, [.. vectors.Select(Candidate)], null, CancellationToken.None);

    private T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();
}
