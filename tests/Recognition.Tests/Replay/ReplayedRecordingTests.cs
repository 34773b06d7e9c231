using Speaker.Audio;
using Speaker.Audio.Files.SoundFile;
using Speaker.Enrolment.Sqlite;
using Speaker.Recognition.Tests.Recognition;

namespace Speaker.Recognition.Tests.Replay;

/// <summary>The recogniser with <see cref="SpeakerOptions.Replay"/>: what was enrolled or accepted is not accepted
/// again.</summary>
public sealed class ReplayedRecordingTests : IDisposable
{
    private const int Flac = 0x170002;
    private const int OggVorbis = 0x200060;
    private const int OggOpus = 0x200064;
    private const int Mp3 = 0x230082;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData(false)]
    public async Task Verify_EnrolledRecordingWithoutTheOption_IsAccepted(bool? enabled)
    {
        var recognizer = Open(enabled);
        var speech = KlettresSpeech.Of("de", 0);
        await recognizer.EnrollAsync("anna", Wave(speech));
        Assert.Equal(Reason.WithinThreshold, (await recognizer.VerifyAsync("anna", Wave(speech))).Reason);
        Assert.Equal(Reason.WithinThreshold, (await recognizer.VerifyAsync("anna", Wave(speech))).Reason);
    }

    [Fact]
    public async Task Verify_EnrolledRecordingSentAgain_IsReplayed()
    {
        var recognizer = Open(true);
        var speech = KlettresSpeech.Of("de", 0);
        await recognizer.EnrollAsync("anna", Wave(speech));
        AudioInput[] again =
        [
            Wave(speech), Wave(speech[8000..]), Wave(speech[..^8000]), Wave([.. new float[12_000], .. speech]),
            Encoded(speech, Flac), Encoded(speech, OggVorbis), Encoded(speech, OggOpus), Encoded(speech[5000..], Mp3),
        ];
        foreach (var recording in again)
        {
            var answer = await recognizer.VerifyAsync("anna", recording);
            Assert.Equal((Outcome.Rejected, Reason.Replayed), (answer.Outcome, answer.Reason));
            Assert.Equal("anna", answer.Speaker);
            Assert.NotNull(answer.Distance);
            Assert.Contains("is the sound of a recording that is enrolled", answer.Message, StringComparison.Ordinal);
            Assert.Contains("ask for a new recording", answer.Message, StringComparison.Ordinal);
        }

        // Another recording of the speaker's is judged by its voice.
        Assert.Equal(
            Reason.WithinThreshold, (await recognizer.VerifyAsync("anna", Wave(KlettresSpeech.Of("de", 4)))).Reason);
    }

    [Fact]
    public async Task Verify_AcceptedRecordingSentAgain_IsReplayedForThatSpeakerUntilItIsRemoved()
    {
        var recognizer = Open(true);
        await recognizer.EnrollAsync("anna", Wave(KlettresSpeech.Of("de", 0)));
        var claim = KlettresSpeech.Of("de", 4);
        Assert.Equal(Reason.WithinThreshold, (await recognizer.VerifyAsync("anna", Wave(claim))).Reason);
        var again = await recognizer.VerifyAsync("anna", Encoded(claim[4000..], OggOpus));
        Assert.Equal((Outcome.Rejected, Reason.Replayed), (again.Outcome, again.Reason));
        Assert.Contains("was accepted before", again.Message, StringComparison.Ordinal);

        await recognizer.RemoveAsync("anna");
        await recognizer.EnrollAsync("anna", Wave(KlettresSpeech.Of("de", 0)));
        Assert.Equal(Reason.WithinThreshold, (await recognizer.VerifyAsync("anna", Wave(claim))).Reason);
    }

    /// <summary>Another process renames, and merges: this one is not told.</summary>
    [Fact]
    public async Task Verify_AcceptedRecordingOfAFormerName_IsReplayed()
    {
        var recognizer = Open(true);
        var elsewhere = new SqliteVoiceprintStore(
            new StoreOptions { Path = _folder.File("voiceprints.db") }, TimeProvider.System);
        await recognizer.EnrollAsync("anna", Wave(KlettresSpeech.Of("de", 0)));
        var first = KlettresSpeech.Of("de", 4);
        Assert.Equal(Reason.WithinThreshold, (await recognizer.VerifyAsync("anna", Wave(first))).Reason);

        Assert.True(await elsewhere.RenameAsync("anna", "maria", default));
        Assert.Equal(Reason.Replayed, (await recognizer.VerifyAsync("maria", Wave(first))).Reason);
        Assert.True(await elsewhere.RenameAsync("maria", "eva", default));
        var second = KlettresSpeech.Of("de", 8);
        Assert.Equal(Reason.WithinThreshold, (await recognizer.VerifyAsync("eva", Wave(second))).Reason);

        await recognizer.EnrollAsync(
            "zoe", [Wave(KlettresSpeech.Of("de", 12))], new EnrolmentRequest { AllowDuplicate = true });
        Assert.True(await elsewhere.MergeAsync("eva", "zoe", default));
        foreach (var recording in (float[][])[first, second])
        {
            Assert.Equal(Reason.Replayed, (await recognizer.VerifyAsync("zoe", Wave(recording))).Reason);
        }
    }

    /// <summary>Two speakers of one recording are two, each with what was accepted of it.</summary>
    [Fact]
    public async Task Verify_AcceptedRecordingOfAnotherWithTheSameEnrolment_IsJudgedByItsVoice()
    {
        var recognizer = Open(true);
        foreach (var name in (string[])["anna", "maria"])
        {
            await recognizer.EnrollAsync(
                name, [Wave(KlettresSpeech.Of("de", 0))], new EnrolmentRequest { AllowDuplicate = true });
        }

        var claim = KlettresSpeech.Of("de", 4);
        Assert.Equal(Reason.WithinThreshold, (await recognizer.VerifyAsync("anna", Wave(claim))).Reason);
        Assert.Equal(Reason.WithinThreshold, (await recognizer.VerifyAsync("maria", Wave(claim))).Reason);
        Assert.Equal(Reason.Replayed, (await recognizer.VerifyAsync("anna", Wave(claim))).Reason);
    }

    /// <summary>What was rejected is not remembered: the speaker may say the same with more luck.</summary>
    [Fact]
    public async Task Verify_RejectedRecordingSentAgain_IsJudgedByItsVoice()
    {
        var recognizer = Open(true);
        await recognizer.EnrollAsync("anna", Wave(KlettresSpeech.Of("de", 0)));
        var stranger = KlettresSpeech.Of("es", 0);
        for (var i = 0; i < 2; i++)
        {
            Assert.NotEqual(Reason.Replayed, (await recognizer.VerifyAsync("anna", Wave(stranger))).Reason);
        }
    }

    [Fact]
    public async Task Identify_EnrolledOrAcceptedRecording_IsReplayedAndNamesNobody()
    {
        var recognizer = Open(true, options => options.Identification.Threshold = 0.6);
        var enrolled = KlettresSpeech.Of("de", 0);
        await recognizer.EnrollAsync("anna", Wave(enrolled));
        await recognizer.EnrollAsync("boris", Wave(KlettresSpeech.Of("es", 0)));
        var claim = KlettresSpeech.Of("de", 4);
        Assert.Equal("anna", (await recognizer.IdentifyAsync(Wave(claim))).Speaker);
        foreach (var recording in (float[][])[enrolled[3000..], claim])
        {
            var answer = await recognizer.IdentifyAsync(Wave(recording));
            Assert.Equal((Outcome.Rejected, Reason.Replayed), (answer.Outcome, answer.Reason));
            Assert.Null(answer.Speaker);
            Assert.Equal("anna", answer.Candidates[0].Speaker);
        }
    }

    /// <summary>A store of one's own hands outlines out with the utterances, or nothing is known again.</summary>
    [Theory]
    [InlineData(true, Reason.Replayed)]
    [InlineData(false, Reason.WithinThreshold)]
    public async Task Verify_StoreOfOnesOwn_IsAskedForOutlines(bool keepsOutlines, Reason reason)
    {
        var store = new MemoryStore(keepsOutlines);
        var recognizer = SpeakerRecognizer.Open(new SpeakerOptions { Replay = { Enabled = true } }, store);
        var speech = KlettresSpeech.Of("de", 0);
        await recognizer.EnrollAsync("anna", Wave(speech));
        Assert.Equal(reason, (await recognizer.VerifyAsync("anna", Wave(speech))).Reason);
    }

    private SpeakerRecognizer Open(bool? enabled, Action<SpeakerOptions>? change = null)
    {
        var options = new SpeakerOptions
        {
            Store = { Path = _folder.File("voiceprints.db") }, Replay = { Enabled = enabled },
        };
        change?.Invoke(options);
        return SpeakerRecognizer.Open(options);
    }

    private static AudioInput Wave(float[] samples) => AudioInput.FromSamples(samples, 16_000);

    private static AudioInput Encoded(float[] samples, int format)
    {
        var file = new MemoryStream();
        using (var writer = new SoundFileWriter(file, 16_000, 1, format))
        {
            writer.Write(samples);
        }

        return AudioInput.FromStream(new MemoryStream(file.ToArray()));
    }

    private sealed class MemoryStore(bool keepsOutlines) : IVoiceprintStore
    {
        private readonly List<StoredUtterance> _utterances = [];

        public Task<IReadOnlyList<StoredUtterance>> GetUtterancesAsync(
            string speaker, string modelHash, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<StoredUtterance>>(_utterances);

        public Task<IReadOnlyDictionary<string, IReadOnlyList<StoredUtterance>>> GetAllUtterancesAsync(
            string modelHash, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyDictionary<string, IReadOnlyList<StoredUtterance>>>(
                new Dictionary<string, IReadOnlyList<StoredUtterance>>());

        public Task AddAsync(
            string speaker,
            string modelHash,
            string? consent,
            Func<IReadOnlyList<StoredUtterance>, IReadOnlyList<StoredUtterance>> choose,
            CancellationToken cancellationToken)
        {
            _utterances.AddRange(choose(_utterances).Select(
                utterance => keepsOutlines ? utterance : utterance with { Fingerprint = null }));
            return Task.CompletedTask;
        }

        public Task<bool> RemoveAsync(string speaker, CancellationToken cancellationToken) => Task.FromResult(false);

        public Task<IReadOnlyList<EnrolledSpeaker>> ListAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<EnrolledSpeaker>>([]);
    }
}
