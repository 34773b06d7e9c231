using Speaker.Augmentation;
using Speaker.Corpora;

namespace Speaker.Evaluation;

/// <summary>A speaker whose recordings are played as live sessions.</summary>
/// <param name="Corpus">Whose.</param>
/// <param name="Speaker">Names the speaker among all corpora.</param>
/// <param name="Enrolment">Recordings to enrol with, 16 kHz mono.</param>
/// <param name="Sessions">The others, joined in their order where they are short.</param>
internal sealed record LiveVoice(
    string Corpus, string Speaker, IReadOnlyList<float[]> Enrolment, IReadOnlyList<float[]> Sessions)
{
    private const int SampleRate = 16_000;

    /// <summary>Sound that a voiceprint is made of; half of a speaker's where that is less.</summary>
    private const int EnrolmentSamples = 6 * SampleRate;

    private const int MostSessions = 8;

    /// <summary>What is left over makes a session from so much sound on.</summary>
    private const int ShortestSession = 3 * SampleRate;

    /// <summary>Of the speakers with enough sound for a voiceprint and a session. A single recording is cut in two: such
    /// trials share the session and are easier than real ones.</summary>
    /// <param name="utterances">In any order; a speaker's are taken in the order of their paths.</param>
    /// <param name="sessionSeconds">Length that sessions are cut to.</param>
    /// <param name="skip">Called with what cannot be read.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static IEnumerable<LiveVoice> Of(
        IReadOnlyList<CorpusUtterance> utterances,
        double sessionSeconds,
        Action<SkippedUtterance> skip,
        CancellationToken cancellationToken)
    {
        foreach (var speaker in utterances.GroupBy(utterance => utterance.SpeakerKey, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            // Sessions are joined of one recording session where the corpus tells them apart.
            var paths = speaker.OrderBy(utterance => utterance.Session, StringComparer.Ordinal)
                .ThenBy(utterance => utterance.Path, StringComparer.Ordinal).ToArray();
            var most = EnrolmentSamples + ((MostSessions + 1) * (int)(sessionSeconds * SampleRate));
            var read = new List<(string Session, float[] Samples)>();
            foreach (var (file, samples) in ReadableSounds.Of(
                paths.Select(utterance => utterance.Path), skip, cancellationToken))
            {
                read.Add((paths.First(utterance => utterance.Path == file).Session, samples));
                if (read.Sum(recording => (long)recording.Samples.Length) > most)
                {
                    break;
                }
            }

            if (Divide(speaker.First().Corpus, speaker.Key, read, (int)(sessionSeconds * SampleRate)) is { } voice)
            {
                yield return voice;
            }
        }
    }

    private static LiveVoice? Divide(
        string corpus, string speaker, List<(string Session, float[] Samples)> recordings, int length)
    {
        if (recordings is [var single])
        {
            var cut = Math.Min(EnrolmentSamples, single.Samples.Length / 2);
            recordings = [(single.Session, single.Samples[..cut]), (single.Session, single.Samples[cut..])];
        }

        var wanted = Math.Min(EnrolmentSamples, recordings.Sum(recording => (long)recording.Samples.Length) / 2);
        var enrolment = new List<float[]>();
        for (var taken = 0L; taken < wanted; taken += enrolment[^1].Length)
        {
            enrolment.Add(recordings[enrolment.Count].Samples);
        }

        float[][] sessions =
        [
            .. recordings.Skip(enrolment.Count).GroupBy(recording => recording.Session, StringComparer.Ordinal)
                .SelectMany(session => session.SelectMany(recording => recording.Samples).Chunk(length))
                .Where(samples => samples.Length >= ShortestSession).Take(MostSessions),
        ];
        return sessions.Length > 0 ? new LiveVoice(corpus, speaker, enrolment, sessions) : null;
    }
}
