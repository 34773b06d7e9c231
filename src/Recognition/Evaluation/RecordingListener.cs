using Speaker.Audio;
using Speaker.Audio.Files;
using Speaker.Audio.Utterances;

namespace Speaker.Evaluation;

/// <summary>What was heard in a recording.</summary>
/// <param name="Segments">As recorded, as <see cref="UtteranceReader.ReadSegments(string, CancellationToken)"/> gives
/// them.</param>
/// <param name="Changed">Under each condition; null where it was refused.</param>
/// <param name="Quality">As recorded.</param>
internal sealed record HeardRecording(
    IReadOnlyList<SpeechSegment> Segments, IReadOnlyList<ChangedSpeech?> Changed, AudioQuality Quality);

/// <summary>What was heard in a recording under a condition.</summary>
/// <param name="Segment">Its speech.</param>
/// <param name="Quality">Of the sound under the condition.</param>
internal sealed record ChangedSpeech(SpeechSegment Segment, AudioQuality Quality);

/// <summary>
/// Reads a recording once and listens to it as recorded and under every condition, each time from the samples on:
/// speech is looked for anew in what the condition makes of it.
/// </summary>
/// <remarks>Not thread safe: one instance, one thread.</remarks>
/// <param name="reader">The model's.</param>
/// <param name="sound">Null where there are no conditions.</param>
/// <param name="conditions">In the order of <see cref="HeardRecording.Changed"/>.</param>
internal sealed class RecordingListener(
    UtteranceReader reader, ConditionedSound? sound, IReadOnlyList<ListeningCondition> conditions)
{
    /// <summary>Of a recording longer than a segment only its beginning is put under conditions, so that memory stays
    /// that of a segment.</summary>
    private const int MostChangedSamples = (int)SegmentCutter.LongestSeconds * AudioFile.SampleRate;

    /// <param name="path">The file.</param>
    /// <param name="name">What names the recording wherever it lies: seeds the conditions.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="AudioException">The file cannot be read.</exception>
    public (HeardRecording? Heard, Refusal? Refusal) Listen(
        string path, string name, CancellationToken cancellationToken)
    {
        using var file = AudioFile.Open(path, cancellationToken: cancellationToken);
        var tap = new RecordingTap(file, sound is null ? 0 : MostChangedSamples);
        var summary = RecordingSummary.Empty;
        var segments = new List<SpeechSegment>();
        foreach (var (result, _, _, _) in reader.ReadSegments(tap, file.ClaimedSeconds, cancellationToken))
        {
            summary = summary.Add(result);
            if (result is Utterance utterance)
            {
                segments.Add(SpeechSegment.Of(utterance));
            }
        }

        summary = summary.Add(file.Notes);
        if (summary.Judge(reader.Options) is { } refusal)
        {
            return (null, refusal);
        }

        var samples = tap.Kept;
        var changed = conditions.Select(condition => Change(condition, samples, name)).ToArray();
        return (new HeardRecording(segments, changed, summary.Quality), null);
    }

    private ChangedSpeech? Change(ListeningCondition condition, float[] samples, string name) =>
        reader.Analyse(sound!.Apply(condition, samples, name)) is Utterance utterance
            ? new ChangedSpeech(SpeechSegment.Of(utterance), utterance.Quality)
            : null;
}
