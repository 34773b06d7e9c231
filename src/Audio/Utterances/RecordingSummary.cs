using System.Collections.Immutable;
using Speaker.Audio.Files;
using Speaker.Audio.Quality;
using Speaker.Audio.Validation;

namespace Speaker.Audio.Utterances;

/// <summary>
/// What was heard in a recording, segment after segment, without the features: its seconds, its quality, and whether it
/// is an utterance. A recording of one segment is judged as that segment; of several, those without speech add nothing,
/// and the whole is refused only if all the speech in it is not enough.
/// </summary>
/// <remarks>Immutable: <see cref="Add(UtteranceResult)"/> gives the summary of one segment more.</remarks>
internal sealed class RecordingSummary
{
    private readonly ImmutableList<SegmentQuality> _spoken;
    private readonly ImmutableList<Refusal> _refused;
    private readonly ImmutableList<RecordingNote> _notes;

    private RecordingSummary(
        ImmutableList<SegmentQuality> spoken, ImmutableList<Refusal> refused, ImmutableList<RecordingNote> notes)
    {
        _spoken = spoken;
        _refused = refused;
        _notes = notes;
    }

    public static RecordingSummary Empty { get; } = new([], [], []);

    /// <summary>Length of all segments.</summary>
    public double TotalSeconds => _spoken.Sum(segment => segment.TotalSeconds) + _refused.Sum(r => r.TotalSeconds);

    /// <summary>Length of what counted as speech, in the segments that were not refused.</summary>
    public double SpeechSeconds => _spoken.Sum(segment => segment.SpeechSeconds);

    /// <summary>Of the segments with speech, as <see cref="SegmentQuality.Over"/> joins them.</summary>
    /// <exception cref="InvalidOperationException">There is no speech.</exception>
    public AudioQuality Quality => _notes.IsEmpty
        ? SegmentQuality.Over(_spoken)
        : SegmentQuality.Over(_spoken) with { Notes = _notes };

    public RecordingSummary Add(UtteranceResult segment) => segment switch
    {
        Utterance utterance => Add(
            new SegmentQuality(utterance.Quality, utterance.TotalSeconds, utterance.SpeechSeconds)),
        Refusal refusal => new RecordingSummary(_spoken, _refused.Add(refusal), _notes),
        _ => throw new ArgumentException($"unknown result {segment?.GetType().Name}", nameof(segment)),
    };

    /// <summary>As the other, of a segment with speech.</summary>
    public RecordingSummary Add(SegmentQuality segment) => new(_spoken.Add(segment), _refused, _notes);

    /// <summary>With what was found wrong with the file.</summary>
    public RecordingSummary Add(IEnumerable<RecordingNote> notes) => new(_spoken, _refused, _notes.AddRange(notes));

    /// <summary>Why the recording as a whole is no utterance; null where it is one.</summary>
    public Refusal? Judge(UtteranceOptions options)
    {
        var refusal = Refused(options);
        return refusal is null || _notes.IsEmpty
            ? refusal
            : refusal with
            {
                Message = string.Join(" Note: ", [refusal.Message, .. _notes.Select(note => note.Message + ".")]),
            };
    }

    private Refusal? Refused(UtteranceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        // Half a sample, as a sum of seconds is rounded.
        if (TotalSeconds > options.MaximumSeconds + (0.5 / AudioFile.SampleRate))
        {
            return Refuse(
                RefusalReason.TooLong,
                $"{TotalSeconds:F1} s of sound or more; one recording may hold {options.MaximumSeconds:0.#} s, so cut "
                + "it into parts.");
        }

        if (_spoken.IsEmpty && !_refused.IsEmpty)
        {
            return _refused.Count == 1 ? _refused[0] : InTheNameOfAll();
        }

        return SpeechSeconds >= options.MinimumSpeechSeconds
            ? null
            : Refuse(
                RefusalReason.TooShort,
                $"{SpeechSeconds:F2} s of speech in {TotalSeconds:F2} s of sound; at least "
                + $"{options.MinimumSpeechSeconds} s of speech is needed, so speak longer.");
    }

    private Refusal InTheNameOfAll()
    {
        var commonest = _refused.GroupBy(refusal => refusal.Reason).MaxBy(group => group.Count())!;
        return Refuse(
            commonest.Key,
            $"none of {Plural.Of(_refused.Count, "segment")} of {TotalSeconds:F0} s of sound can be used, "
            + $"{commonest.Count()} of them for this: {commonest.First().Message}");
    }

    private Refusal Refuse(RefusalReason reason, string message) => new(reason, message, TotalSeconds, SpeechSeconds);
}
