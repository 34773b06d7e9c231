using Speaker.Audio.Quality;

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

    /// <summary>
    /// The quality of a recording from that of its segments: of peaks and of bandwidths the largest, of clipped samples
    /// their share in all of them, of speech levels the mean power and of signal-to-noise ratios the mean in dB, over
    /// the speech.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no segment.</exception>
    internal static AudioQuality Over(IReadOnlyList<SegmentQuality> segments)
    {
        if (segments.Count == 1)
        {
            return segments[0].Quality;
        }

        return new AudioQuality(
            segments.Max(segment => segment.Quality.Peak),
            Mean(segments, segment => segment.TotalSeconds, segment => segment.Quality.ClippedFraction),
            10 * Math.Log10(Mean(
                segments, segment => segment.SpeechSeconds, segment => Math.Pow(10, segment.Quality.SpeechLevel / 10))),
            segments.Any(segment => segment.Quality.SignalToNoise is not null)
                ? Mean(
                    segments.Where(segment => segment.Quality.SignalToNoise is not null),
                    segment => segment.SpeechSeconds, segment => segment.Quality.SignalToNoise!.Value)
                : null,
            segments.Max(segment => segment.Quality.Bandwidth));
    }

    private static double Mean(
        IEnumerable<SegmentQuality> segments, Func<SegmentQuality, double> weight, Func<SegmentQuality, double> value) =>
        segments.Sum(segment => weight(segment) * value(segment)) / segments.Sum(weight);
}
