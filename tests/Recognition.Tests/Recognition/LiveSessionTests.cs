using Speaker.Audio;
using Speaker.Calibration;
using Speaker.Evaluation;
using Speaker.Inference;
using Speaker.Models;

namespace Speaker.Recognition.Tests.Recognition;

/// <summary>Sessions on real voices, with the small encoder.</summary>
public sealed class LiveSessionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task DecideAsync_LookedAtWhileBlocksCome_IsVerifyOfTheWhole()
    {
        var recognizer = await OpenAsync();
        var samples = KlettresSpeech.Of("de", 4, 8);
        var session = await recognizer.StartLiveAsync("anna");
        var looks = new List<LiveState>();
        var pushing = Task.Run(() =>
        {
            foreach (var block in samples.Chunk(331))
            {
                session.Append(block);
            }
        });
        do
        {
            looks.Add(await session.LookAsync());
        }
        while (!pushing.IsCompleted);

        await pushing;
        looks.Add(await session.LookAsync());
        var live = await session.DecideAsync();
        var whole = await recognizer.VerifyAsync("anna", AudioInput.FromSamples(samples, 16_000));
        Assert.Equal(whole with { Warnings = [] }, live with { Warnings = [] });
        Assert.Equal(looks.Select(look => look.Seconds).Order(), looks.Select(look => look.Seconds));
        Assert.Equal(whole.TotalSeconds, looks[^1].Seconds, 9);
        Assert.InRange(looks[^1].SpeechSeconds, whole.SpeechSeconds - 0.6, whole.SpeechSeconds + 0.3);
        Assert.InRange(looks[^1].SoFar.Distance!.Value, whole.Distance!.Value - 0.15, whole.Distance.Value + 0.15);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4_000)]
    [InlineData(50_000)]
    public async Task LookAsync_BlocksOfAnyLength_SeesTheSame(int length)
    {
        var recognizer = await OpenAsync();
        var samples = KlettresSpeech.Of("de", 4, 8);
        var together = await recognizer.StartLiveAsync("anna");
        together.Append(samples);
        var apart = await recognizer.StartLiveAsync("anna");
        foreach (var block in samples.Chunk(length))
        {
            apart.Append(block);
        }

        var (one, other) = (await together.LookAsync(), await apart.LookAsync());
        Assert.Equal(one.SoFar.Distance, other.SoFar.Distance);
        Assert.Equal(one.WindowDistance, other.WindowDistance);
        Assert.Equal((one.SpeechSeconds, one.Level, one.IsSpeech), (other.SpeechSeconds, other.Level, other.IsSpeech));
    }

    [Fact]
    public async Task LookAsync_SoundThatHoldsNoVoice_SaysWhy()
    {
        var recognizer = await OpenAsync();
        var random = new Random(1);
        var sine = Enumerable.Range(0, 16_000).Select(i => 0.5f * MathF.Sin(i * 0.3f)).ToArray();
        var noise = Enumerable.Range(0, 32_000).Select(_ => (0.1f * random.NextSingle()) - 0.05f).ToArray();
        var clipped = KlettresSpeech.Of("de", 4).Select(sample => Math.Clamp(1000 * sample, -1, 1)).ToArray();

        Assert.Equal((Reason.TooShort, null), await LookAsync([]));
        Assert.Equal((Reason.Silent, null), await LookAsync(new float[16_000]));
        Assert.Equal(Reason.NoSpeech, (await LookAsync(noise)).Reason);
        Assert.Equal(Reason.Clipped, (await LookAsync(clipped)).Reason);
        // Of a sine of amplitude a the power is a² / 2.
        Assert.Equal(-9.03, (await LookAsync(sine)).Level!.Value, 0.1);

        async Task<(Reason Reason, double? Level)> LookAsync(float[] samples)
        {
            var session = await recognizer.StartLiveAsync("anna");
            session.Append(samples);
            var state = await session.LookAsync();
            Assert.Equal((Outcome.Inconclusive, null, false), (state.SoFar.Outcome, state.Verdict, state.IsSpeech));
            return (state.SoFar.Reason, state.Level);
        }
    }

    [Fact]
    public async Task LookAsync_LessSpeechThanAskedFor_IsTooShort()
    {
        var recognizer = await OpenAsync(options => options.Utterance.MinimumSpeechSeconds = 2);
        var session = await recognizer.StartLiveAsync("anna");
        session.Append(KlettresSpeech.Of("de", 4, 1));
        var state = await session.LookAsync();
        Assert.Equal((Reason.TooShort, null), (state.SoFar.Reason, state.Verdict));
        Assert.InRange(state.SpeechSeconds, 0.1, 2);
    }

    [Fact]
    public async Task LookAsync_AnotherVoiceGoesOn_IsSeenInTheWindow()
    {
        var recognizer = await OpenAsync();
        var session = await recognizer.StartLiveAsync("anna");
        session.Append(KlettresSpeech.Of("de", 8, 10));
        var before = await session.LookAsync();
        session.Append(KlettresSpeech.Of("fr", 0, 10));
        var after = await session.LookAsync();
        session.Append(new float[16_000]);
        var silent = await session.LookAsync();

        Assert.True(after.WindowDistance > before.WindowDistance + 0.2);
        Assert.True(after.WindowDistance > after.SoFar.Distance + 0.1);
        Assert.False(silent.IsSpeech);
        Assert.Null(silent.Level);
    }

    [Fact]
    public async Task LookAsync_CardWithMargins_DecidesOnceAndStaysSo()
    {
        var model = ModelWith(new LiveBand(0, 0, 0.1));
        var recognizer = await OpenAsync(options => options.Model.Path = model);
        var early = await recognizer.StartLiveAsync("anna");
        var late = await recognizer.StartLiveAsync("anna", new LiveRequest { Early = false });
        var stranger = await recognizer.StartLiveAsync("anna");
        early.Append(KlettresSpeech.Of("de", 8, 8));
        late.Append(KlettresSpeech.Of("de", 8, 8));
        stranger.Append(KlettresSpeech.Of("fr", 0, 8));

        var accepted = await early.LookAsync();
        Assert.Equal((Outcome.Accepted, Outcome.Accepted), (accepted.Verdict, accepted.SoFar.Outcome));
        Assert.Null((await late.LookAsync()).Verdict);
        var rejected = await stranger.LookAsync();
        Assert.Equal((Outcome.Rejected, Outcome.Rejected), (rejected.Verdict, rejected.SoFar.Outcome));
        Assert.Contains("farther than the right speaker's", rejected.SoFar.Message, StringComparison.Ordinal);

        early.Append(KlettresSpeech.Of("fr", 0, 8));
        var later = await early.LookAsync();
        Assert.Equal((Outcome.Accepted, accepted.SoFar), (later.Verdict, later.SoFar));
        Assert.True(later.Seconds > accepted.Seconds);
    }

    [Fact]
    public async Task LookAsync_RateWithoutMargins_GoesOn()
    {
        var recognizer = await OpenAsync(options =>
        {
            options.Model.Path = ModelWith(new LiveBand(0, 0, 0.1));
            options.Verification.TargetFar = 0.05;
        });
        var session = await recognizer.StartLiveAsync("anna");
        session.Append(KlettresSpeech.Of("de", 8, 8));
        var state = await session.LookAsync();
        Assert.Equal((null, Outcome.Accepted), (state.Verdict, state.SoFar.Outcome));
    }

    [Fact]
    public async Task Sessions_WithReplayOption_RejectWhatWasHeardBeforeAndRememberWhatTheyAccept()
    {
        var model = ModelWith(new LiveBand(0, 0, 0.1));
        var recognizer = await OpenAsync(options =>
        {
            options.Model.Path = model;
            options.Replay.Enabled = true;
        });
        var enrolled = await StartAsync(KlettresSpeech.Of("de", 0, 8));
        var state = await enrolled.LookAsync();
        Assert.Equal((Outcome.Rejected, Reason.Replayed), (state.Verdict, state.SoFar.Reason));
        Assert.Equal(Reason.Replayed, (await enrolled.DecideAsync()).Reason);

        var speech = KlettresSpeech.Of("de", 8, 8);
        var first = await StartAsync(speech);
        Assert.Equal(Outcome.Accepted, (await first.LookAsync()).Verdict);
        // The same session as it goes on is not its own copy.
        Assert.Equal(Outcome.Accepted, (await first.DecideAsync()).Outcome);
        Assert.Equal(Reason.Replayed, (await (await StartAsync(speech)).DecideAsync()).Reason);
        Assert.Equal(
            Reason.Replayed, (await recognizer.VerifyAsync("anna", AudioInput.FromSamples(speech, 16_000))).Reason);

        async Task<LiveSession> StartAsync(float[] samples)
        {
            var session = await recognizer.StartLiveAsync("anna");
            session.Append(samples);
            return session;
        }
    }

    /// <summary>The margins that ship, on voices that nothing was fitted to.</summary>
    [Theory]
    [InlineData("fast")]
    public void Play_VoicesOfKlettres_StrangersAreNotAcceptedEarlyAndSpeakersAre(string model)
    {
        var encoder = VoiceEncoder.Load(model);
        LiveVoice[] voices =
        [
            .. ((string[])["de", "fr", "ru", "es", "it", "nl", "cs", "hu"]).Select(language => new LiveVoice(
                "klettres", $"klettres/{language}", [KlettresSpeech.Of(language, 0, 10)],
                [KlettresSpeech.Of(language, 10, 10)])),
        ];
        var set = LiveEvaluator.Play(encoder, voices, new UtteranceOptions(), threads: 1, default);
        var place = set.Rates.ToList().IndexOf(0.01);
        var live = encoder.Card.Live!.For(0.01)!;
        var verdicts = set.Trials.ToLookup(
            trial => trial.IsTarget,
            trial => trial.Looks.Select(look => live.Judge(look.SpeechSeconds, look.Margins[place]))
                .FirstOrDefault(verdict => verdict is not null));

        Assert.Equal((8, 56), (verdicts[true].Count(), verdicts[false].Count()));
        Assert.DoesNotContain(Outcome.Accepted, verdicts[false].OfType<Outcome>());
        Assert.DoesNotContain(Outcome.Rejected, verdicts[true].OfType<Outcome>());
        Assert.InRange(verdicts[true].Count(verdict => verdict == Outcome.Accepted), 3, 8);
    }

    private async Task<SpeakerRecognizer> OpenAsync(Action<SpeakerOptions>? configure = null)
    {
        var options = new SpeakerOptions
        {
            Model = { Path = "fast" }, Store = { Path = _folder.File($"{Guid.NewGuid():N}.db") },
        };
        configure?.Invoke(options);
        var recognizer = SpeakerRecognizer.Open(options);
        await recognizer.EnrollAsync("anna", AudioInput.FromSamples(KlettresSpeech.Of("de", 0, 8), 16_000));
        return recognizer;
    }

    /// <summary>The small encoder, with these margins at 1 % false accepts alone.</summary>
    private string ModelWith(LiveBand band)
    {
        var source = ModelFiles.Resolve("fast");
        var path = _folder.File("margins.safetensors");
        ModelFiles.Copy(source, path, ModelFiles.ReadCard(source) with
        {
            Live = new LiveThresholds([new LiveRate(0.01, 60, [band])], 0.5, 0.01, 2, 1, 2, "nobody"),
        });
        return path;
    }
}
