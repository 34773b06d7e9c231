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
    /// <summary>
    /// The quality of a recording from that of its stretches: of peaks and of bandwidths the largest, of clipped samples
    /// their share in all of them, of speech levels the mean power and of signal-to-noise ratios the mean in dB, over
    /// the speech.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no stretch.</exception>
    internal static AudioQuality Over(IReadOnlyList<StretchQuality> stretches)
    {
        if (stretches.Count == 1)
        {
            return stretches[0].Quality;
        }

        return new AudioQuality(
            stretches.Max(stretch => stretch.Quality.Peak),
            Mean(stretches, stretch => stretch.TotalSeconds, stretch => stretch.Quality.ClippedFraction),
            10 * Math.Log10(Mean(
                stretches, stretch => stretch.SpeechSeconds, stretch => Math.Pow(10, stretch.Quality.SpeechLevel / 10))),
            stretches.Any(stretch => stretch.Quality.SignalToNoise is not null)
                ? Mean(
                    stretches.Where(stretch => stretch.Quality.SignalToNoise is not null),
                    stretch => stretch.SpeechSeconds, stretch => stretch.Quality.SignalToNoise!.Value)
                : null,
            stretches.Max(stretch => stretch.Quality.Bandwidth));
    }

    private static double Mean(
        IEnumerable<StretchQuality> stretches, Func<StretchQuality, double> weight, Func<StretchQuality, double> value) =>
        stretches.Sum(stretch => weight(stretch) * value(stretch)) / stretches.Sum(weight);
}

/// <summary>The quality of one stretch of a recording, with its seconds as weights.</summary>
internal sealed record StretchQuality(AudioQuality Quality, double TotalSeconds, double SpeechSeconds);
