namespace Speaker.Host.Labels;

/// <summary>A stretch of a recording in which diarisation heard one voice.</summary>
/// <param name="Start">In seconds.</param>
/// <param name="End">In seconds, after <paramref name="Start"/>.</param>
/// <param name="Label">What diarisation calls the voice; null where it gives no name.</param>
internal sealed record DiarisedSegment(double Start, double End, string? Label);
