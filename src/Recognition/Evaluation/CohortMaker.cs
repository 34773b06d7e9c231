using System.Collections.Concurrent;
using Speaker.Audio;
using Speaker.Audio.Features;
using Speaker.Audio.Utterances;
using Speaker.Augmentation;
using Speaker.Corpora;
using Speaker.Inference;
using Speaker.Numerics;
using Speaker.Scoring;

namespace Speaker.Evaluation;

/// <summary>
/// Makes a cohort from recordings: the centroid of each speaker's utterances. A third of each corpus's speakers is heard
/// as recorded, a third over the telephone and a third through Opus at its lowest rate. Recordings of one channel are
/// nearer to each other than their voices are, and strangers of the trial's own channel among the cohort take that out of
/// the distance.
/// </summary>
internal static class CohortMaker
{
    /// <summary>Speakers from which on training tries a cohort unasked.</summary>
    public const int EnoughSpeakers = 100;

    /// <summary>Largest cohort: in half precision 384 kB of 192 dimensions.</summary>
    private const int MaximumSpeakers = 1000;

    private const int UtterancesPerSpeaker = 8;

    /// <summary>What every third speaker is heard under; null: as recorded.</summary>
    private static readonly ListeningCondition?[] Strata =
        [null, ListeningCondition.Telephone, ListeningCondition.Opus];

    /// <summary>Of an utterance that is longer the middle counts: a voice is known by then.</summary>
    private const double MaximumSeconds = 6;

    /// <param name="encoder">Whose embeddings they are.</param>
    /// <param name="utterances">Of speakers who are in no trial. Of more than a thousand speakers corpora give in turn, so
    /// that a large one does not crowd the small ones out; speakers without speech are left out.</param>
    /// <param name="reading">What counts as an utterance.</param>
    /// <param name="threads">That read and embed.</param>
    /// <param name="skipped">Gets what cannot be read.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ModelException">Fewer than <see cref="Cohort.FewestSpeakers"/> speakers with speech.</exception>
    public static Cohort Make(
        VoiceEncoder encoder,
        IReadOnlyList<CorpusUtterance> utterances,
        UtteranceOptions reading,
        int threads,
        ConcurrentBag<SkippedUtterance>? skipped = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(utterances);
        var speakers = utterances
            .GroupBy(utterance => utterance.SpeakerKey, StringComparer.Ordinal)
            .GroupBy(speaker => speaker.First().Corpus, StringComparer.Ordinal)
            .SelectMany(corpus => corpus.Select((speaker, place) => (Utterances: speaker.ToArray(), place)))
            .OrderBy(speaker => speaker.place)
            .Take(MaximumSpeakers)
            .ToArray();
        var centroids = new float[]?[speakers.Length];
        var sounds = ConditionedSound.Sounds([], seed: 1);
        ParallelReading.For(
            [.. speakers.Select(speaker => speaker.Utterances[0].Path)],
            threads,
            () => new StratumListeners(encoder.CreateReader(reading), sounds),
            (i, listeners) => centroids[i] = Centroid(
                encoder, listeners, Strata[speakers[i].place % Strata.Length], speakers[i].Utterances, skipped ?? [],
                cancellationToken),
            cancellationToken);
        return Cohort.FromEmbeddings([.. centroids.OfType<float[]>()]);
    }

    private static float[]? Centroid(
        VoiceEncoder encoder,
        StratumListeners listeners,
        ListeningCondition? stratum,
        CorpusUtterance[] utterances,
        ConcurrentBag<SkippedUtterance> skipped,
        CancellationToken cancellationToken)
    {
        SplitRandom.For(1, SplitRandom.Key(utterances[0].SpeakerKey)).Shuffle(utterances.AsSpan());
        var frontEnd = encoder.Card.FrontEnd;
        var longest = (int)(MaximumSeconds * frontEnd.SampleRate / frontEnd.HopLength);
        var speech = new List<FeatureMatrix>();
        foreach (var utterance in utterances.Take(UtterancesPerSpeaker))
        {
            try
            {
                if (listeners.Listen(stratum, utterance, cancellationToken) is { } features)
                {
                    var frames = Math.Min(features.Frames, longest);
                    speech.Add(features.Slice((features.Frames - frames) / 2, frames));
                }
            }
            catch (AudioException exception)
            {
                skipped.Add(SkippedUtterance.Of(utterance.Path, exception));
            }
        }

        return speech.Count == 0 ? null : Voiceprint.Centroid(speech.Select(features => encoder.Embed(features)));
    }

    /// <summary>Hears recordings under any of the strata.</summary>
    /// <remarks>Not thread safe: one instance, one thread.</remarks>
    private sealed class StratumListeners(UtteranceReader reader, SoundBank sounds)
    {
        private readonly ConditionedSound _sound = new(sounds, seed: 1);

        /// <summary>Raw frames of speech; null where there is none. Of a long recording the first segment with speech says
        /// enough.</summary>
        public FeatureMatrix? Listen(
            ListeningCondition? stratum, CorpusUtterance utterance, CancellationToken cancellationToken)
        {
            if (stratum is not { } condition)
            {
                return reader.ReadSegments(utterance.Path, cancellationToken).Select(segment => segment.Result)
                    .OfType<Utterance>().FirstOrDefault()?.Features;
            }

            var listener = new RecordingListener(reader, _sound, [condition]);
            var name = $"{utterance.SpeakerKey}/{Path.GetFileName(utterance.Path)}";
            return listener.Listen(utterance.Path, name, cancellationToken).Heard?.Changed[0]?.Segment.Features;
        }
    }
}
