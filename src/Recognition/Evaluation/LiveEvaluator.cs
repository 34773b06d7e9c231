using Speaker.Audio;
using Speaker.Calibration;
using Speaker.Inference;
using Speaker.Recognition;
using Speaker.Scoring;

namespace Speaker.Evaluation;

/// <summary>Plays recordings as live sessions and looks at them as a <see cref="LiveSession"/> does.</summary>
internal static class LiveEvaluator
{
    /// <summary>As often as anybody looks: a step of the listener is longer.</summary>
    private const int SamplesPerLook = 1600;

    /// <summary>Every session against its speaker's voiceprint and those of the others of its corpus.</summary>
    /// <param name="encoder">With thresholds.</param>
    /// <param name="voices">Two of a corpus or more.</param>
    /// <param name="options">As verify hears a recording.</param>
    /// <param name="threads">That play.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static LiveSessionSet Play(
        VoiceEncoder encoder,
        IReadOnlyList<LiveVoice> voices,
        UtteranceOptions options,
        int threads,
        CancellationToken cancellationToken)
    {
        var played = new PlayedVoice[voices.Count];
        Parallel.For(
            0, voices.Count,
            new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken },
            i => played[i] = Play(encoder, voices[i], options, cancellationToken));
        var thresholds = new DecisionThresholds(encoder);
        DecisionThreshold[] rates =
        [
            .. encoder.Card.Calibration.Select(point => point.TargetFar).Order()
                .Select(rate => thresholds.For(null, rate)),
        ];
        var trials = new List<LiveTrial>();
        foreach (var voice in played)
        {
            foreach (var claimed in played.Where(other => other.Corpus == voice.Corpus && other.Voiceprint is not null))
            {
                trials.AddRange(voice.Sessions.Select(session => new LiveTrial(
                    claimed.Speaker, voice.Speaker, [.. session.Looks.Select(look => Look(claimed.Voiceprint!, look))])
                {
                    Whole = session.Whole is { } whole ? Look(claimed.Voiceprint!, whole) : null,
                }));
            }
        }

        return new LiveSessionSet(
            [.. rates.Select(rate => rate.CalibratedFar!.Value)], trials,
            [.. played.SelectMany(voice => voice.Sessions).Select(session => session.Likeness).OfType<double>()]);

        LiveLook Look(TrialSide voiceprint, PlayedLook look)
        {
            var distance = encoder.Scorer.Distance(voiceprint, look.Test);
            var quality = TrialQuality.Of(voiceprint, look.Test);
            return new LiveLook(
                look.Seconds, look.Test.SpeechSeconds!.Value, distance,
                [.. rates.Select(rate => thresholds.Of(rate, quality).Value - distance)]);
        }
    }

    private static PlayedVoice Play(
        VoiceEncoder encoder, LiveVoice voice, UtteranceOptions options, CancellationToken cancellationToken)
    {
        var settings = new SpeakerOptions { Utterance = options };
        var embedder = new RecordingEmbedder(encoder, settings);
        var enrolled = embedder.EmbedAllAsync(
                [.. voice.Enrolment.Select(samples => AudioInput.FromSamples(samples, AudioFile.SampleRate))],
                withFingerprints: false, copies: null, cancellationToken).GetAwaiter().GetResult()
            .Where(sample => sample.IsUsable)
            .Select(sample => new StoredUtterance(sample.Embedding!, sample.SpeechSeconds, voice.Speaker)
            {
                Quality = sample.Quality,
            })
            .ToArray();
        return new PlayedVoice(
            voice.Corpus, voice.Speaker, enrolled.Length == 0 ? null : Verifier.SideOf(encoder.Scorer, enrolled),
            [.. voice.Sessions.Select(Play)]);

        PlayedSession Play(float[] samples)
        {
            var listener = new LiveListener(
                encoder, options, new EmbeddingConclusion(encoder, new QualityReview(settings.Quality)), threads: 1);
            var looks = new List<PlayedLook>();
            EmbeddingResult? last = null;
            for (var end = SamplesPerLook; end <= samples.Length; end += SamplesPerLook)
            {
                cancellationToken.ThrowIfCancellationRequested();
                listener.Push(samples.AsSpan(end - SamplesPerLook, SamplesPerLook));
                var seconds = (double)end / AudioFile.SampleRate;
                var heard = listener.Hear(seconds).Whole;
                if (heard.IsUsable && !ReferenceEquals(heard, last))
                {
                    looks.Add(new PlayedLook(seconds, Verifier.SideOf(encoder.Scorer, heard)));
                    last = heard;
                }
            }

            var whole = embedder.EmbedAsync(AudioInput.FromSamples(samples, AudioFile.SampleRate), cancellationToken)
                .GetAwaiter().GetResult();
            return new PlayedSession(
                looks,
                whole.IsUsable ? new PlayedLook(whole.TotalSeconds, Verifier.SideOf(encoder.Scorer, whole)) : null,
                whole.IsUsable && last is not null
                    ? 1 - CosineScore.Distance(whole.Embedding, last.Embedding!)
                    : null);
        }
    }

    private sealed record PlayedVoice(
        string Corpus, string Speaker, TrialSide? Voiceprint, IReadOnlyList<PlayedSession> Sessions);

    private sealed record PlayedSession(IReadOnlyList<PlayedLook> Looks, PlayedLook? Whole, double? Likeness);

    private sealed record PlayedLook(double Seconds, TrialSide Test);
}
