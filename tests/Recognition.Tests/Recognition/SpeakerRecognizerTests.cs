using Microsoft.Extensions.Options;
using NAudio.Wave;
using Speaker.Audio;
using Speaker.Audio.Files;
using Speaker.Inference;

namespace Speaker.Recognition.Tests.Recognition;

/// <summary>The library by its public face, with the model inside it, on real voices.</summary>
public sealed class SpeakerRecognizerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SpeakerRecognizer _recognizer;

    public SpeakerRecognizerTests() => _recognizer = SpeakerRecognizer.Open(Options());

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_NoModelNamed_IsTheOneInTheCheckout() => Assert.Equal(
        VoiceEncoder.Load(Path.Combine(Checkout(), "models", "accurate.safetensors")).Hash, _recognizer.ModelHash);

    [Fact]
    public async Task VerifyAsync_OwnAndOtherVoice_AcceptsTheOneAndRejectsTheOther()
    {
        var enrolled = await _recognizer.EnrollAsync("anna", [Write("de", 0), Write("de", 4)], "door access");
        Assert.Equal((2, 0, 2), (enrolled.Accepted, enrolled.Refused, enrolled.Utterances));
        Assert.Equal(["de-0.wav", "de-4.wav"], enrolled.Recordings.Select(recording => recording.Name));
        Assert.Equal("door access", Assert.Single(await _recognizer.ListAsync()).Consent);

        var own = await _recognizer.VerifyAsync("anna", Write("de", 8));
        Assert.Equal((Outcome.Accepted, Reason.WithinThreshold), (own.Outcome, own.Reason));
        Assert.True(own.Accepted);
        Assert.InRange(own.Distance!.Value, 0, own.Threshold);
        Assert.Equal(0.01, own.TargetFar);
        Assert.True(own.LogLikelihoodRatio > 0);
        Assert.InRange(own.SpeechSeconds, 0.5, own.TotalSeconds);
        Assert.NotNull(own.Quality);

        var other = await _recognizer.VerifyAsync("anna", Write("fr", 0));
        Assert.Equal((Outcome.Rejected, Reason.BeyondThreshold), (other.Outcome, other.Reason));
        Assert.True(other.Distance > other.Threshold);
    }

    [Fact]
    public async Task IdentifyAsync_TwoEnrolled_NamesTheNearest()
    {
        Assert.Equal(Reason.NobodyEnrolled, (await _recognizer.IdentifyAsync(Write("de", 8))).Reason);
        await _recognizer.EnrollAsync("anna", [Write("de", 0), Write("de", 4)]);
        await _recognizer.EnrollAsync("boris", Write("fr", 0));

        var answer = await _recognizer.IdentifyAsync(Write("de", 8));

        Assert.Equal(["anna", "boris"], answer.Candidates.Select(candidate => candidate.Speaker));
        Assert.Equal(answer.Candidates[0].Distance, answer.Distance);
        Assert.Equal(answer.Candidates[1].Distance - answer.Candidates[0].Distance, answer.Margin!.Value, 12);
        Assert.Equal(0.001, answer.TargetFar);
    }

    [Fact]
    public async Task CompareAsync_TwoRecordings_DecidesWithoutAStore()
    {
        Assert.True((await _recognizer.CompareAsync(Write("de", 0), Write("de", 8))).Accepted);
        var different = await _recognizer.CompareAsync(Write("de", 0), Write("fr", 0));
        Assert.Equal((Outcome.Rejected, null), (different.Outcome, different.Speaker));
        var distance = _recognizer.Distance(
            (await _recognizer.EmbedAsync(Write("de", 0))).Embedding!,
            (await _recognizer.EmbedAsync(Write("fr", 0))).Embedding!);
        Assert.Equal(distance, different.Distance);
        Assert.Equal(
            Reason.Silent,
            (await _recognizer.CompareAsync(AudioInput.FromSamples(new float[48_000], 16_000), Write("de", 0))).Reason);
        Assert.False(File.Exists(StorePath));
    }

    [Fact]
    public async Task VerifyAsync_WhatIsExpected_IsAResultAndNoException()
    {
        var unknown = await _recognizer.VerifyAsync("nobody", Write("de", 0));
        Assert.Equal((Outcome.Inconclusive, Reason.UnknownSpeaker), (unknown.Outcome, unknown.Reason));
        Assert.Null(unknown.Distance);
        Assert.False(await _recognizer.RemoveAsync("nobody"));
        Assert.Empty(await _recognizer.ListAsync());
        Assert.False(File.Exists(StorePath));

        await _recognizer.EnrollAsync("anna", Write("de", 0));
        var speech = KlettresSpeech.Of("de", 4);
        foreach (var (samples, reason) in ((float[], Reason)[])
                 [
                     (new float[32_000], Reason.Silent), (speech[8000..8200], Reason.TooShort),
                     ([.. speech.Select(sample => Math.Clamp(sample * 1000, -1, 1))], Reason.Clipped),
                 ])
        {
            var answer = await _recognizer.VerifyAsync("anna", AudioInput.FromSamples(samples, 16_000));
            Assert.Equal((Outcome.Inconclusive, reason), (answer.Outcome, answer.Reason));
            Assert.NotEmpty(answer.Message);
        }

        Assert.True(await _recognizer.RemoveAsync("anna"));
        Assert.Empty(await _recognizer.ListAsync());
    }

    [Fact]
    public async Task EmbedAsync_EveryKindOfInput_GivesTheSameBits()
    {
        var path = Write("de", 0);
        var samples = AudioFile.ReadSamples(path);
        var expected = (await _recognizer.EmbedAsync(path)).Embedding;
        await using var file = File.OpenRead(path);
        await using var pipe = new ForwardOnly(File.ReadAllBytes(path));
        var before = Directory.GetFiles(Path.GetTempPath(), "tmp*.tmp").ToHashSet();

        foreach (var input in (AudioInput[])
                 [
                     file, pipe, AudioInput.FromSamples(samples, 16_000),
                     AudioInput.FromProvider(new MemorySampleProvider(samples, 16_000, 1)),
                 ])
        {
            Assert.Equal(expected, (await _recognizer.EmbedAsync(input)).Embedding);
        }

        // Of every channel the same: the mean of them is what each holds.
        var stereo = samples.SelectMany(sample => (float[])[sample, sample]).ToArray();
        Assert.Equal(
            expected, (await _recognizer.EmbedAsync(AudioInput.FromSamples(stereo, 16_000, channels: 2))).Embedding);
        // Tests beside this one have copies of their own, for as long as they listen.
        var left = Directory.GetFiles(Path.GetTempPath(), "tmp*.tmp").Except(before).ToList();
        for (var deadline = DateTime.UtcNow.AddMinutes(1); left.Exists(File.Exists) && DateTime.UtcNow < deadline;)
        {
            await Task.Delay(50);
        }

        Assert.DoesNotContain(left, File.Exists);
    }

    [Fact]
    public async Task EmbedAsync_WhatCannotBeRead_ThrowsWithTheInputsName()
    {
        var missing = await Assert.ThrowsAsync<AudioException>(() => _recognizer.EmbedAsync(_folder.File("none.wav")));
        Assert.Contains("none.wav", missing.Message, StringComparison.Ordinal);

        using var text = new MemoryStream("this is a text, whatever it is called"u8.ToArray());
        var damaged = await Assert.ThrowsAsync<AudioException>(
            () => _recognizer.EmbedAsync(AudioInput.FromStream(text) with { Name = "upload" }));
        Assert.StartsWith("upload: ", damaged.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Path.GetTempPath(), damaged.Message, StringComparison.Ordinal);

        await Assert.ThrowsAsync<AudioException>(
            () => _recognizer.EnrollAsync("anna", [Write("de", 0), _folder.File("none.wav")]));
        Assert.Empty(await _recognizer.ListAsync());
    }

    [Fact]
    public async Task EmbedAsync_ManyCallsAtOnce_GiveWhatEachGivesAlone()
    {
        string[] paths = [Write("de", 0), Write("fr", 0), Write("es", 0), Write("ru", 0)];
        var alone = new List<float[]>();
        foreach (var path in paths)
        {
            alone.Add((await _recognizer.EmbedAsync(path)).Embedding!);
        }

        var threaded = SpeakerRecognizer.Open(Options(options =>
        {
            options.Inference.Threads = 3;
            options.Inference.Concurrency = 8;
        }));
        foreach (var recognizer in (SpeakerRecognizer[])[_recognizer, threaded])
        {
            var together = await Task.WhenAll(Enumerable.Range(0, 48).Select(i => recognizer.EmbedAsync(paths[i % 4])));
            for (var i = 0; i < together.Length; i++)
            {
                Assert.Equal(alone[i % 4], together[i].Embedding);
            }
        }

        var batch = await _recognizer.EmbedAsync([.. Enumerable.Range(0, 9).Select(i => (AudioInput)paths[i % 4])]);
        Assert.Equal(Enumerable.Range(0, 9).Select(i => alone[i % 4]), batch.Select(result => result.Embedding));
    }

    [Fact]
    public async Task EnrollAsync_RealVoicesInOneBatch_AreRefusedByVoiceAndForcedWithANote()
    {
        AudioInput[] recordings = [Write("de", 0), Write("fr", 0), Write("de", 4), Write("fr", 4)];
        var refused = await _recognizer.EnrollAsync("anna", recordings);
        Assert.Equal([1, 2, 1, 2], refused.Recordings.Select(recording => recording.Voice));
        Assert.All(refused.Recordings, recording => Assert.Equal(Reason.SeveralVoices, recording.Reason));
        Assert.Empty(await _recognizer.ListAsync());

        await Assert.ThrowsAsync<ArgumentException>(
            () => _recognizer.EnrollAsync("anna", recordings, new EnrolmentRequest { ForceNote = " " }));
        var forced = await _recognizer.EnrollAsync(
            "anna", recordings, new EnrolmentRequest { ForceNote = "one person, two languages" });
        Assert.Equal(4, forced.Accepted);
    }

    [Fact]
    public async Task EnrollAsync_RealVoiceUnderTwoNames_IsRefusedUnlessAllowed()
    {
        Assert.Equal(2, (await _recognizer.EnrollAsync("anna", [Write("fr", 0), Write("fr", 4)])).Accepted);
        var other = await _recognizer.EnrollAsync("boris", [Write("de", 0), Write("de", 4)]);
        Assert.Equal((2, null), (other.Accepted, other.KnownAs));
        AudioInput[] again = [Write("fr", 8), Write("fr", 12)];
        var refused = await _recognizer.EnrollAsync("ann", again);
        Assert.Equal((0, "anna"), (refused.Accepted, refused.KnownAs?.Speaker));
        Assert.Equal(2, (await _recognizer.EnrollAsync(
            "ann", again, new EnrolmentRequest { AllowDuplicate = true })).Accepted);
    }

    [Fact]
    public async Task EnrollAsync_ManyAtOnce_LosesNothing()
    {
        // Two recognisers on one file: writers of one process and of two.
        var second = SpeakerRecognizer.Open(Options());
        string[] paths = [Write("de", 0), Write("de", 4)];
        await Task.WhenAll(Enumerable.Range(0, 24).Select(
            i => (i % 2 == 0 ? _recognizer : second).EnrollAsync($"speaker-{i}", paths[i / 12])));

        var listed = await _recognizer.ListAsync();
        Assert.Equal(24, listed.Count);
        Assert.All(listed, speaker => Assert.Equal(1, speaker.Utterances));
    }

    [Fact]
    public async Task Calls_TokenThatIsCancelled_End()
    {
        await _recognizer.EnrollAsync("anna", Write("de", 0));
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        var path = Write("de", 4);
        foreach (var call in (Func<Task>[])
                 [
                     () => _recognizer.EmbedAsync(path, stop.Token), () => _recognizer.EmbedAsync([path], stop.Token),
                     () => _recognizer.VerifyAsync("anna", path, stop.Token),
                     () => _recognizer.IdentifyAsync(path, stop.Token),
                     () => _recognizer.EnrollAsync("anna", path, cancellationToken: stop.Token),
                     () => _recognizer.StartLiveAsync("anna", cancellationToken: stop.Token),
                     () => _recognizer.ListAsync(stop.Token), () => _recognizer.RemoveAsync("anna", stop.Token),
                 ])
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(call);
        }

        Assert.Equal(1, Assert.Single(await _recognizer.ListAsync()).Utterances);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" anna")]
    [InlineData("../anna")]
    public async Task EnrollAsync_NameThatIsNone_IsMisuse(string name) =>
        await Assert.ThrowsAsync<ArgumentException>(() => _recognizer.EnrollAsync(name, Write("de", 0)));

    [Fact]
    public async Task StartLiveAsync_BlocksAsTheyCome_DecidesAsVerifyDoesOfTheWhole()
    {
        await _recognizer.EnrollAsync("anna", Write("de", 0));
        var samples = AudioFile.ReadSamples(Write("de", 4));
        var session = await _recognizer.StartLiveAsync("anna");
        Assert.Equal(Outcome.Inconclusive, (await session.DecideAsync()).Outcome);
        foreach (var block in samples.Chunk(1_111))
        {
            session.Append(block);
        }

        var live = await session.DecideAsync();
        var whole = await _recognizer.VerifyAsync("anna", AudioInput.FromSamples(samples, 16_000));
        Assert.Equal((whole.Outcome, whole.Distance), (live.Outcome, live.Distance));
        Assert.Equal(whole.TotalSeconds, session.Seconds, 9);

        var unknown = await _recognizer.StartLiveAsync("nobody");
        unknown.Append(samples);
        Assert.Equal(Reason.UnknownSpeaker, (await unknown.DecideAsync()).Reason);
        Assert.Throws<AudioException>(() => session.Append([0.1f, float.NaN]));
    }

    [Theory]
    [InlineData(8_000)]
    [InlineData(44_100)]
    [InlineData(48_000)]
    public async Task StartLiveAsync_OtherRates_IsTheFileOfThatRateButForTheLastMilliseconds(int rate)
    {
        await _recognizer.EnrollAsync("anna", Write("de", 0));
        // Silence at its end: what is not resampled yet is nothing.
        float[] samples = [.. KlettresSpeech.Of("de", 4), .. new float[1600]];
        var resampled = new List<float>();
        var resampler = new Audio.Resampling.Resampler(new MemorySampleProvider(samples, 16_000, 1), rate);
        var buffer = new float[1000];
        for (var read = resampler.Read(buffer); read > 0; read = resampler.Read(buffer))
        {
            resampled.AddRange(buffer[..read]);
        }

        var session = await _recognizer.StartLiveAsync("anna", new LiveRequest { SampleRate = rate });
        foreach (var block in resampled.Chunk(777))
        {
            session.Append(block);
        }

        var live = await session.DecideAsync();
        var whole = await _recognizer.VerifyAsync(
            "anna", AudioInput.FromSamples(resampled.ToArray(), rate));
        Assert.Equal(whole.Distance!.Value, live.Distance!.Value, 1e-4);
        Assert.InRange(whole.TotalSeconds - session.Seconds, 0, 0.025);
    }

    [Fact]
    public void Open_OptionsOutOfBounds_NamesEveryOneWithValueAndBound()
    {
        var exception = Assert.Throws<OptionsValidationException>(() => SpeakerRecognizer.Open(Options(options =>
        {
            options.Verification.TargetFar = 5;
            options.Utterance.MaximumClippedFraction = -1;
        })));
        Assert.Contains(
            "SpeakerOptions.Verification.TargetFar = 5, must be above 0 and below 1", exception.Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "SpeakerOptions.Utterance.MaximumClippedFraction = -1, must be from 0 to 1", exception.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ModelThatIsNotThere_NamesIt() => Assert.Contains(
        "none.safetensors",
        Assert.Throws<ModelException>(() => SpeakerRecognizer.Open(_folder.File("none.safetensors"))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Distance_OtherDimension_IsMisuse() =>
        Assert.Throws<ArgumentException>(() => _recognizer.Distance([1, 0], [0, 1]));

    [Fact]
    public void AudioInput_FormatOutOfBounds_IsMisuse()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => AudioInput.FromSamples(new float[10], 3_999));
        Assert.Throws<ArgumentOutOfRangeException>(() => AudioInput.FromSamples(new float[10], 16_000, 65));
        Assert.Throws<ArgumentException>(() => AudioInput.FromFile(""));
    }

    private static string Checkout()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Speaker.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }

    private string StorePath => _folder.File("store", "voiceprints.db");

    private SpeakerOptions Options(Action<SpeakerOptions>? configure = null)
    {
        var options = new SpeakerOptions { Store = { Path = StorePath } };
        configure?.Invoke(options);
        return options;
    }

    private string Write(string language, int first) => WaveFile.Write(
        _folder.File($"{language}-{first}.wav"), KlettresSpeech.Of(language, first));

    /// <summary>A body of a request: it has no length and cannot go back.</summary>
    private sealed class ForwardOnly(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }
    }
}
