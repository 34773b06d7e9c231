namespace Speaker.Audio.Quality;

/// <summary>The quality of one segment of a recording, with its seconds as weights.</summary>
internal sealed record SegmentQuality(AudioQuality Quality, double TotalSeconds, double SpeechSeconds)
{
    /// <summary>
    /// The quality of a recording from that of its segments: of peaks and of bandwidths the largest, of clipped samples
    /// their share in all of them, of speech levels the mean power and of signal-to-noise ratios the mean in dB, over
    /// the speech.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no segment.</exception>
    public static AudioQuality Over(IReadOnlyList<SegmentQuality> segments)
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
