namespace Speaker.Audio;

/// <summary>What can be said of a recording before a model hears it; how each is measured: docs/audio-quality.md.</summary>
/// <param name="Peak">Largest magnitude of a sample; 1 is full scale.</param>
/// <param name="ClippedFraction">Share of the samples that were cut off at the top, 0 to 1.</param>
/// <param name="SpeechLevel">Mean power of the speech frames above 80 Hz, in dBFS.</param>
/// <param name="SignalToNoise">
/// Power of the speech over that of the sound around it, in dB; null when too few frames are not speech.
/// </param>
/// <param name="Bandwidth">Up to which frequency the speech holds anything, in hertz, in steps of 125.</param>
public sealed record AudioQuality(
    double Peak, double ClippedFraction, double SpeechLevel, double? SignalToNoise, double Bandwidth)
{
    /// <summary>What was found wrong with the file; empty for most.</summary>
    public IReadOnlyList<RecordingNote> Notes { get; init; } = [];
}
