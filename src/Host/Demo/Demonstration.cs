using Speaker.Audio;
using Speaker.Audio.Files;
using Speaker.CommandLine;
using Speaker.Metrics;
using Speaker.Scoring;

namespace Speaker.Host.Demo;

/// <summary>One trial of the demo: an utterance of <paramref name="Voice"/> that claims to be
/// <paramref name="Claim"/>.</summary>
internal sealed record DemoTrial(string Voice, string Claim, int Utterance, Decision Answer)
{
    public bool IsTarget => Voice == Claim;

    public bool IsRight => Answer.Outcome == (IsTarget ? Outcome.Accepted : Outcome.Rejected);
}

/// <summary>What the demo measured.</summary>
/// <param name="Speakers">Volunteers who took part.</param>
/// <param name="LeftOut">Volunteers with enough recordings who did not, to keep the demo short.</param>
/// <param name="RefusedAtEnrolment">Utterances that held too little speech to be enrolled.</param>
internal sealed record DemoResult(
    int Speakers,
    int LeftOut,
    int EnrolledUtterances,
    int RefusedAtEnrolment,
    IReadOnlyList<DemoTrial> Trials,
    int Inconclusive,
    double Eer,
    RateInterval EerInterval,
    IReadOnlyList<(string Step, TimeSpan Duration)> Steps);

/// <summary>
/// Enrols the volunteers of klettres-data into the given store and puts their other clips to the test, by the code that
/// enroll and verify run. A clip is about a second with half of it speech, so an utterance is several clips joined.
/// </summary>
internal sealed class Demonstration(SpeakerRecognizer recognizer, TimeProvider time)
{
    private const int MaximumSpeakers = 20;
    private const int ClipsPerUtterance = 4;
    private const int EnrolledPerSpeaker = 3;
    private const int TestedPerSpeaker = 4;

    /// <summary>Who is who is known here, and some of these volunteers sound alike; what enrolment makes of that is not what
    /// is shown.</summary>
    private static readonly EnrolmentRequest KnownVoice = new()
    {
        Consent = "recordings that were published", ForceNote = "recordings of one volunteer", AllowDuplicate = true,
    };

    public const string Description = "enrolment: 3 utterances a speaker, test: 4, each of 4 clips joined, no clip " +
        "in both";

    /// <exception cref="UsageException">klettres-data is not installed.</exception>
    public async Task<DemoResult> RunAsync(Action<string> progress, CancellationToken cancellationToken)
    {
        var all = KlettresRecordings.Voices(ClipsPerUtterance * (EnrolledPerSpeaker + TestedPerSpeaker));
        var voices = all.Take(MaximumSpeakers).ToArray();
        var steps = new List<(string, TimeSpan)>();
        var (enrolled, refused) = await Timed("enrol", () => EnrolAllAsync(voices, progress, cancellationToken));
        var (trials, inconclusive) = await Timed("verify", () => VerifyAllAsync(voices, progress, cancellationToken));
        var (eer, interval) = await Timed(
            "error rates", () => Task.FromResult(Measure(trials, voices, cancellationToken)));
        return new DemoResult(
            voices.Length, all.Count - voices.Length, enrolled, refused, trials, inconclusive, eer, interval, steps);

        async Task<T> Timed<T>(string step, Func<Task<T>> action)
        {
            var start = time.GetTimestamp();
            var result = await action();
            steps.Add((step, time.GetElapsedTime(start)));
            return result;
        }
    }

    private async Task<(int Enrolled, int Refused)> EnrolAllAsync(
        KlettresVoice[] voices, Action<string> progress, CancellationToken cancellationToken)
    {
        var (enrolled, refused) = (0, 0);
        foreach (var voice in voices)
        {
            progress($"enrolling {voice.Language}");
            var result = await recognizer.EnrollAsync(
                voice.Language,
                [
                    .. Enumerable.Range(0, EnrolledPerSpeaker).Select(
                        i => Utterance(voice, i, cancellationToken) with { Name = $"{voice.Language}-{i + 1}" }),
                ],
                KnownVoice,
                cancellationToken);
            enrolled += result.Accepted;
            refused += result.Refused;
        }

        return (enrolled, refused);
    }

    private async Task<(List<DemoTrial> Trials, int Inconclusive)> VerifyAllAsync(
        KlettresVoice[] voices, Action<string> progress, CancellationToken cancellationToken)
    {
        var voiceprints = new Dictionary<string, TrialSide?>();
        foreach (var voice in voices)
        {
            voiceprints.Add(voice.Language, await recognizer.VoiceprintOfAsync(voice.Language, cancellationToken));
        }

        var trials = new List<DemoTrial>();
        var inconclusive = 0;
        foreach (var voice in voices)
        {
            progress($"verifying {voice.Language}");
            var samples = await recognizer.EmbedAsync(
                [
                    .. Enumerable.Range(EnrolledPerSpeaker, TestedPerSpeaker).Select(
                        i => Utterance(voice, i, cancellationToken)),
                ],
                cancellationToken);
            for (var i = 0; i < samples.Count; i++)
            {
                if (!samples[i].IsUsable)
                {
                    inconclusive++;
                    continue;
                }

                trials.AddRange(voices.Select(claim => new DemoTrial(
                    voice.Language, claim.Language, i + 1,
                    recognizer.Decide(claim.Language, voiceprints[claim.Language], samples[i]))));
            }
        }

        return (trials, inconclusive);
    }

    private static (double Eer, RateInterval Interval) Measure(
        List<DemoTrial> trials, KlettresVoice[] voices, CancellationToken cancellationToken)
    {
        var numbers = voices.Select((voice, number) => (voice.Language, number)).ToDictionary();
        float[] Distances(bool target) =>
            [.. trials.Where(trial => trial.IsTarget == target).Select(trial => (float)trial.Answer.Distance!.Value)];
        var scored = trials
            .Select(trial => new ScoredTrial(
                (float)trial.Answer.Distance!.Value, trial.IsTarget, numbers[trial.Claim], numbers[trial.Voice]))
            .ToArray();
        return (
            ErrorRates.Eer(Distances(true), Distances(false)).Rate,
            SpeakerBootstrap.Eer(scored, cancellationToken: cancellationToken));
    }

    private static AudioInput Utterance(KlettresVoice voice, int utterance, CancellationToken cancellationToken)
    {
        var clips = voice.Clips.Skip(utterance * ClipsPerUtterance).Take(ClipsPerUtterance);
        return AudioInput.FromSamples(
            clips.SelectMany(clip => AudioFile.ReadSamples(clip, cancellationToken)).ToArray(), AudioFile.SampleRate);
    }
}
