namespace Speaker.Audio;

/// <summary>What can be said of a recording before a model hears it.</summary>
/// <param name="Peak">Largest magnitude of a sample; 1 is full scale.</param>
/// <param name="ClippedFraction">Share of the samples that sit at full scale, 0 to 1.</param>
/// <param name="SpeechLevel">Mean energy of the speech frames, in dBFS.</param>
/// <param name="SignalToNoise">
/// Estimated from the energies of speech and of non-speech frames, in dB; null when too few frames are not speech.
/// </param>
public sealed record AudioQuality(double Peak, double ClippedFraction, double SpeechLevel, double? SignalToNoise)
{
    /// <summary>
    /// The quality of a recording from that of its stretches: of peaks the largest, of clipped samples their share in
    /// all of them, of speech levels the mean energy and of signal-to-noise ratios the mean in dB, over the speech.
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
                : null);
    }

    private static double Mean(
        IEnumerable<StretchQuality> stretches, Func<StretchQuality, double> weight, Func<StretchQuality, double> value) =>
        stretches.Sum(stretch => weight(stretch) * value(stretch)) / stretches.Sum(weight);
}

/// <summary>The quality of one stretch of a recording, with its seconds as weights.</summary>
internal sealed record StretchQuality(AudioQuality Quality, double TotalSeconds, double SpeechSeconds);
