using System.Collections.Concurrent;
using Speaker.Audio;
using Speaker.Audio.Features;
using Speaker.Audio.Utterances;
using Speaker.Corpora;
using Speaker.Inference;
using Speaker.Numerics;
using Speaker.Scoring;

namespace Speaker.Evaluation;

/// <summary>Makes a cohort from recordings: the centroid of each speaker's utterances.</summary>
internal static class CohortMaker
{
    /// <summary>Speakers from which on training tries a cohort unasked.</summary>
    public const int EnoughSpeakers = 100;

    /// <summary>Largest cohort: in half precision 384 kB of 192 dimensions.</summary>
    private const int MaximumSpeakers = 1000;

    private const int UtterancesPerSpeaker = 8;

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
        ParallelReading.For(
            [.. speakers.Select(speaker => speaker.Utterances[0].Path)],
            threads,
            () => encoder.CreateReader(reading),
            (i, reader) => centroids[i] = Centroid(
                encoder, reader, speakers[i].Utterances, skipped ?? [], cancellationToken),
            cancellationToken);
        return Cohort.FromEmbeddings([.. centroids.OfType<float[]>()]);
    }

    private static float[]? Centroid(
        VoiceEncoder encoder,
        UtteranceReader reader,
        CorpusUtterance[] utterances,
        ConcurrentBag<SkippedUtterance> skipped,
        CancellationToken cancellationToken)
    {
        SplitRandom.For(1, SplitRandom.Key(utterances[0].SpeakerKey)).Shuffle(utterances.AsSpan());
        var longest = (int)(MaximumSeconds * reader.Specification.SampleRate / reader.Specification.HopLength);
        var speech = new List<FeatureMatrix>();
        foreach (var utterance in utterances.Take(UtterancesPerSpeaker))
        {
            try
            {
                // Of a long recording the first segment with speech says enough.
                if (reader.ReadSegments(utterance.Path, cancellationToken).Select(segment => segment.Result)
                        .OfType<Utterance>().FirstOrDefault() is { Features: var features })
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
}
