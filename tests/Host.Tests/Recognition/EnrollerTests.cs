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
    public async Task Enroll_UtteranceUnlikeTheOthers_IsRefusedWithItsMeanDistance()
    {
        await EnrollAsync("anna", Vectors.AtDistance(0), Vectors.AtDistance(0.2));
        var report = await EnrollAsync("anna", Vectors.AtDistance(1.9));

        var verdict = Assert.Single(report.Recordings);
        Assert.Equal(Reason.UnlikeSpeaker, verdict.Reason);
        var expected = (Cosine(Vectors.AtDistance(0)) + Cosine(Vectors.AtDistance(0.2))) / 2;
        Assert.Equal(expected, verdict.Distance!.Value, 4);
        Assert.Contains("beyond 1.500", verdict.Message, StringComparison.Ordinal);
        Assert.Equal(2, report.Utterances);

        static double Cosine(float[] member) =>
            1 - member.Zip(Vectors.AtDistance(1.9), (a, b) => (double)a * b).Sum();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Enroll_SeveralVoices_AreRefusedWithWhoIsWithWhom(bool isKnown)
    {
        if (isKnown)
        {
            await EnrollAsync("anna", Vectors.AtDistance(0.02));
        }

        var report = await EnrollAsync(
            "anna", Vectors.AtDistance(1.95), Vectors.AtDistance(0), Vectors.AtDistance(0.1), Vectors.AtDistance(1.9));
        Assert.All(report.Recordings, verdict => Assert.Equal(Reason.SeveralVoices, verdict.Reason));
        Assert.Equal([1, 2, 2, 1], report.Recordings.Select(verdict => verdict.Voice!.Value));
        Assert.Contains(
            "2 voices, nothing was enrolled: this is of voice 1, with 3.wav;", report.Recordings[0].Message,
            StringComparison.Ordinal);
        Assert.Equal((0, 4, isKnown ? 1 : 0), (report.Accepted, report.Refused, report.Utterances));
        Assert.Equal(isKnown ? 1 : 0, (await _store.ListAsync(default)).Count);
    }

    [Fact]
    public async Task Enroll_VariedRecordingsOfAKnownSpeaker_AreAcceptedBecauseEachIsLikeWhatIsThere()
    {
        // On either side of what is there, at a distance of 1.03, and 2.0 apart.
        await EnrollAsync("anna", Vectors.AtDistance(0));
        var report = await EnrollAsync("anna", Plane(92), Plane(-92));
        Assert.All(report.Recordings, verdict => Assert.Equal(Reason.Enrolled, verdict.Reason));
        Assert.Equal(
            [Reason.SeveralVoices, Reason.SeveralVoices],
            (await EnrollAsync("boris", Plane(92), Plane(-92))).Recordings.Select(verdict => verdict.Reason));

        static float[] Plane(double degrees)
        {
            var angle = degrees * Math.PI / 180;
            return [(float)Math.Cos(angle), (float)Math.Sin(angle), 0, 0, 0, 0, 0, 0];
        }
    }

    [Fact]
    public async Task Enroll_Forced_TakesWhatIsUnlikeAndKeepsTheNote()
    {
        var request = new EnrolmentRequest { ForceNote = "anna with a cold" };
        var report = await EnrollAsync(
            "anna", [Sample(Vectors.AtDistance(0)), Sample(Vectors.AtDistance(1.9)), Silence()], request, default);
        Assert.Equal(
            [Reason.Enrolled, Reason.Enrolled, Reason.NoSpeech], report.Recordings.Select(verdict => verdict.Reason));
        var kept = (await _store.ReadAsync(
            database => StoreEditor.Read(database, "anna", _encoder.Hash), null, default))!;
        Assert.All(kept.Utterances, utterance => Assert.Equal("anna with a cold", utterance.Utterance.Note));
        Assert.All(kept.Utterances, utterance => Assert.Equal(30, utterance.Utterance.Quality!.SignalToNoise));
    }

    [Fact]
    public async Task Enroll_VoiceKnownUnderAnotherName_IsSaidAndRefusedUnlessAllowed()
    {
        await EnrollAsync("boris", Vectors.AtDistance(0), Vectors.AtDistance(0.1));
        await EnrollAsync("carla", Vectors.AtDistance(0.7));
        // One recording against two is said only.
        var single = await EnrollAsync("dora", Vectors.AtDistance(0.7));
        Assert.Equal((1, "carla"), (single.Accepted, single.KnownAs!.Speaker));

        var refused = await EnrollAsync("anna", Vectors.AtDistance(0), Vectors.AtDistance(0.1));
        Assert.All(refused.Recordings, verdict => Assert.Equal(Reason.KnownUnderAnotherName, verdict.Reason));
        Assert.Contains("enrolled as boris already", refused.Recordings[0].Message, StringComparison.Ordinal);
        Assert.Equal(("boris", 0, 1e-6), (
            refused.KnownAs!.Speaker, Math.Round(refused.KnownAs.Distance, 5), Math.Round(refused.KnownAs.Threshold, 8)));
        Assert.Equal(0, refused.Utterances);
        Assert.DoesNotContain(await _store.ListAsync(default), speaker => speaker.Name == "anna");

        var allowed = await EnrollAsync(
            "anna", [Sample(Vectors.AtDistance(0)), Sample(Vectors.AtDistance(0.1))],
            new EnrolmentRequest { AllowDuplicate = true }, default);
        Assert.Equal((2, "boris"), (allowed.Accepted, allowed.KnownAs!.Speaker));
        Assert.Null((await EnrollAsync("emil", Vectors.AtDistance(0.4))).KnownAs);
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
        var report = await EnrollAsync("anna", [Silence()], new EnrolmentRequest(), default);
        var verdict = Assert.Single(report.Recordings);
        Assert.Equal((Reason.NoSpeech, "no speech"), (verdict.Reason, verdict.Message));
        Assert.Empty(await _store.ListAsync(default));
    }

    [Fact]
    public async Task Enroll_MoreRecordings_ComeNearerToAGoodEnrolmentAndSayWhatIsMissing()
    {
        // 4 s each; 3 recordings and 10 s are good.
        var first = await EnrollAsync("anna", Vectors.AtDistance(0));
        Assert.Equal((1 / 3.0, 2, 6.0), (first.Progress, first.MissingRecordings, first.MissingSpeechSeconds));
        Assert.Equal(
            "1 of 3 recordings, 4 of 10 s of speech: two more recordings of about 3 s each", first.Summary);
        var second = await EnrollAsync("anna", Vectors.AtDistance(0.1));
        Assert.Equal(2 / 3.0, second.Progress, 9);
        var third = await EnrollAsync("anna", Vectors.AtDistance(0.2));
        Assert.Equal((1.0, 0, 0.0), (third.Progress, third.MissingRecordings, third.MissingSpeechSeconds));
        Assert.Equal("3 recordings, 12 s of speech: a good enrolment", third.Summary);
    }

    [Theory]
    [InlineData(2, 11.3, "2 of 3 recordings, 11 of 20 s of speech: one more recording of about 9 s")]
    [InlineData(1, 30, "1 of 3 recordings, 30 s of speech: two more recordings")]
    [InlineData(5, 19.96, "5 recordings, 19 of 20 s of speech: one more recording of about 1 s")]
    [InlineData(0, 0, "0 of 3 recordings, 0 of 20 s of speech: three more recordings of about 7 s each")]
    public void Summary_RecordingsAndSeconds_SaysWhatIsMissing(int recordings, double seconds, string expected) =>
        Assert.Equal(
            expected,
            EnrolmentProgress.Of(recordings, seconds, new EnrolmentOptions { GoodSpeechSeconds = 20 }).Summary);

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
            () => EnrollAsync("anna", [Sample(Vectors.AtDistance(0))], new EnrolmentRequest(), cancelled.Token));
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

    /// <summary>The more are enrolled, the stricter each trial: in the rows of the card, and below the strictest.</summary>
    [Theory]
    [InlineData(0.05, 0.01, 0.01, true)]
    [InlineData(0.012, 0.006, TestModel.StrictFar, true)]
    [InlineData(0.0002, 0.0001, 0.0001, false)]
    public async Task Identify_RateOfTheGallery_IsSharedByThoseEnrolled(
        double galleryFar, double targetFar, double calibratedFar, bool isMeasured)
    {
        await EnrollAsync("anna", Vectors.AtDistance(0.2, axis: 1));
        await EnrollAsync("boris", Vectors.AtDistance(1.2, axis: 2));
        var options = new IdentificationOptions { TargetFar = 0.01, GalleryFar = galleryFar };

        var answer = await IdentifyAsync(Vectors.AtDistance(0), options);

        Assert.Equal((targetFar, calibratedFar, isMeasured, 2),
            (answer.TargetFar, answer.CalibratedFar, answer.IsThresholdMeasured, answer.Searched));
        Assert.Equal(2 * calibratedFar, answer.GalleryFar);
        Assert.Equal(calibratedFar == 0.01 ? Outcome.Accepted : Outcome.Rejected, answer.Outcome);
        Assert.True(isMeasured || answer.Threshold < 1e-6);

        options.Threshold = 0.5;
        var given = await IdentifyAsync(Vectors.AtDistance(0), options);
        Assert.Equal((0.5, null, null, Outcome.Accepted),
            (given.Threshold, given.TargetFar, given.GalleryFar, given.Outcome));
    }

    private Task<Decision> IdentifyAsync(float[] vector, double threshold) =>
        IdentifyAsync(vector, new IdentificationOptions { Threshold = threshold, MinimumMargin = 0.05 });

    private async Task<Decision> IdentifyAsync(float[] vector, IdentificationOptions options)
    {
        var identifier = new Identifier(_encoder.Scorer, _thresholds, options);
        return identifier.Decide(await Gallery().GetAsync(default), Sample(vector), identifier.Threshold(), default);
    }

    private Gallery Gallery() =>
        new(_store, _encoder.Scorer, _encoder.Hash, Vectors.AtDistance(0).Length, bytesFrom: 2);

    private EmbeddingResult Silence() => new()
    {
        Reason = Reason.NoSpeech, Message = "no speech", TotalSeconds = 3, ModelHash = _encoder.Hash,
    };

    private Task<EnrolmentResult> EnrollAsync(string speaker, params float[][] vectors) =>
        EnrollAsync(speaker, [.. vectors.Select(Sample)], new EnrolmentRequest { Consent = "consent" }, default);

    private Task<EnrolmentResult> EnrollAsync(
        string speaker,
        IReadOnlyList<EmbeddingResult> samples,
        EnrolmentRequest request,
        CancellationToken cancellationToken) =>
        // The card's row at 0.01: recordings are of one voice within 1.5 of each other.
        new Enroller(_encoder, _thresholds, new EnrolmentOptions { CoherenceTargetFar = 0.01 }).EnrollAsync(
            _store, Gallery(), speaker, _encoder.Hash, [.. samples.Select((_, i) => $"{i}.wav")], samples, request,
            cancellationToken);
}
