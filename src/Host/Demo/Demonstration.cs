using Speaker.Audio.Files;
using Speaker.Audio.Utterances;
using Speaker.CommandLine;
using Speaker.Enrolment;
using Speaker.Metrics;
using Speaker.Recognition;

namespace Speaker.Host.Demo;

/// <summary>One trial of the demo: an utterance of <paramref name="Voice"/> that claims to be
/// <paramref name="Claim"/>.</summary>
internal sealed record DemoTrial(string Voice, string Claim, int Utterance, Verification Answer)
{
    public bool IsTarget => Voice == Claim;

    public bool IsRight => Answer.Decision == (IsTarget ? Decision.Accept : Decision.Reject);
}

/// <summary>What the demo measured.</summary>
/// <param name="RefusedAtEnrolment">Utterances of their own speaker that enrolment refused.</param>
internal sealed record DemoResult(
    int Speakers,
    int EnrolledUtterances,
    int RefusedAtEnrolment,
    IReadOnlyList<DemoTrial> Trials,
    int Inconclusive,
    double Eer,
    RateInterval EerInterval,
    DecisionThreshold Threshold,
    IReadOnlyList<(string Step, TimeSpan Duration)> Steps);

/// <summary>
/// Enrols the volunteers of klettres-data into the given store and puts their other clips to the test, by the code that
/// enroll and verify run. A clip is about a second with half of it speech, so an utterance is several clips joined.
/// </summary>
internal sealed class Demonstration(Enroller enroller, Verifier verifier, UtteranceEmbedder embedder, TimeProvider time)
{
    private const int MaximumSpeakers = 20;
    private const int ClipsPerUtterance = 4;
    private const int EnrolledPerSpeaker = 3;
    private const int TestedPerSpeaker = 4;

    public const string Description = "enrolment: 3 utterances a speaker, test: 4, each of 4 clips joined, no clip " +
        "in both";

    /// <exception cref="UsageException">klettres-data is not installed.</exception>
    public DemoResult Run(Action<string> progress, CancellationToken cancellationToken)
    {
        var threshold = verifier.ConfiguredThreshold();
        var voices = KlettresRecordings.Voices(ClipsPerUtterance * (EnrolledPerSpeaker + TestedPerSpeaker))
            .Take(MaximumSpeakers).ToArray();
        var steps = new List<(string, TimeSpan)>();
        var (enrolled, refused) = Timed("enrol", () => EnrolAll(voices, progress, cancellationToken));
        var (trials, inconclusive) = Timed("verify", () => VerifyAll(voices, threshold, progress, cancellationToken));
        var (eer, interval) = Timed("error rates", () => Measure(trials, voices, cancellationToken));
        return new DemoResult(voices.Length, enrolled, refused, trials, inconclusive, eer, interval, threshold, steps);

        T Timed<T>(string step, Func<T> action)
        {
            var start = time.GetTimestamp();
            var result = action();
            steps.Add((step, time.GetElapsedTime(start)));
            return result;
        }
    }

    private (int Enrolled, int Refused) EnrolAll(
        KlettresVoice[] voices, Action<string> progress, CancellationToken cancellationToken)
    {
        var (enrolled, refused) = (0, 0);
        foreach (var voice in voices)
        {
            progress($"enrolling {voice.Language}");
            var candidates = Enumerable.Range(0, EnrolledPerSpeaker)
                .Select(i => new EnrolmentCandidate($"{voice.Language}-{i + 1}", Embed(voice, i, cancellationToken)))
                .ToArray();
            var report = enroller.Enroll(voice.Language, candidates, consent: null, cancellationToken);
            enrolled += report.Count(UtteranceStatus.Accepted);
            refused += report.Count(UtteranceStatus.Refused);
        }

        return (enrolled, refused);
    }

    private (List<DemoTrial> Trials, int Inconclusive) VerifyAll(
        KlettresVoice[] voices, DecisionThreshold threshold, Action<string> progress,
            CancellationToken cancellationToken)
    {
        var voiceprints = voices.ToDictionary(voice => voice.Language, voice => verifier.VoiceprintOf(voice.Language));
        var trials = new List<DemoTrial>();
        var inconclusive = 0;
        foreach (var voice in voices)
        {
            progress($"verifying {voice.Language}");
            for (var i = 0; i < TestedPerSpeaker; i++)
            {
                var sample = Embed(voice, EnrolledPerSpeaker + i, cancellationToken);
                if (sample is not Embedded)
                {
                    inconclusive++;
                    continue;
                }

                trials.AddRange(voices.Select(claim => new DemoTrial(
                    voice.Language, claim.Language, i + 1,
                    verifier.Decide(claim.Language, voiceprints[claim.Language], sample, threshold))));
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

    private EmbeddingResult Embed(KlettresVoice voice, int utterance, CancellationToken cancellationToken)
    {
        var clips = voice.Clips.Skip(utterance * ClipsPerUtterance).Take(ClipsPerUtterance);
        return embedder.Embed(clips.SelectMany(clip => AudioFile.ReadSamples(clip, cancellationToken)).ToArray());
    }
}
