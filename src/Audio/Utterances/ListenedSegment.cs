namespace Speaker.Audio.Utterances;

/// <summary>What came of listening to one segment of a recording.</summary>
/// <param name="Result">
/// Its speech, however little (whether there is enough is for <see cref="RecordingSummary"/> to say), or why there is
/// none.
/// </param>
/// <param name="EndSeconds">Where in the recording it ends.</param>
/// <param name="RecordingSeconds">
/// Length of the whole recording: known at the last segment, before it what the file's header says, and null where that
/// cannot be right.
/// </param>
/// <param name="IsLast">Nothing comes after it.</param>
internal sealed record ListenedSegment(
    UtteranceResult Result, double EndSeconds, double? RecordingSeconds, bool IsLast);
