using Speaker.Options;
using System.Globalization;
using Microsoft.Extensions.Options;

namespace Speaker.Recognition;

/// <summary>
/// Holds a recording's quality against the bounds of the settings. It only warns: what cannot be trusted at all was
/// refused before there was an embedding.
/// </summary>
internal sealed class QualityReview(IOptions<QualityOptions> options)
{
    /// <summary>Null for a recording that was refused: its reason says why.</summary>
    public SampleQuality? Of(EmbeddingResult sample) => sample is Embedded embedded
        ? new SampleQuality(embedded.SpeechSeconds, embedded.Quality, Warnings(embedded))
        : null;

    private List<string> Warnings(Embedded sample)
    {
        var bounds = options.Value;
        var warnings = new List<string>();
        if (sample.SpeechSeconds < bounds.WarnBelowSpeechSeconds)
        {
            warnings.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"short: {sample.SpeechSeconds:0.0} s of speech, {bounds.WarnBelowSpeechSeconds:0.#} s or more is surer"));
        }

        if (sample.Quality.SignalToNoise is { } ratio && ratio < bounds.WarnBelowSignalToNoise)
        {
            warnings.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"noisy: the speech is about {ratio:0} dB above the noise, {bounds.WarnBelowSignalToNoise:0.#} dB or " +
                $"more is surer; record nearer to the microphone or in a quieter place"));
        }

        if (sample.Quality.ClippedFraction > bounds.WarnAboveClippedFraction)
        {
            warnings.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"clipped: {sample.Quality.ClippedFraction:0.0#%} of the samples are cut off at the top, " +
                $"{bounds.WarnAboveClippedFraction:0.0#%} or less is surer; record at a lower level"));
        }

        if (sample.Quality.Bandwidth < bounds.WarnBelowBandwidth)
        {
            warnings.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"narrow band: nothing above {sample.Quality.Bandwidth / 1000:0.0} kHz, as of a telephone or an " +
                $"upsampled 8 kHz recording, {bounds.WarnBelowBandwidth / 1000:0.0#} kHz or more is surer; compare it " +
                $"with voices recorded the same way"));
        }

        if (sample.Quality.SpeechLevel < bounds.WarnBelowSpeechLevel)
        {
            warnings.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"quiet: speech at {sample.Quality.SpeechLevel:0} dBFS, {bounds.WarnBelowSpeechLevel:0.#} dBFS or " +
                $"more is surer; record nearer to the microphone or at a higher level"));
        }

        if (sample.VoiceDistance is { } distance && distance > bounds.WarnAboveVoiceDistance)
        {
            warnings.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"more than one voice? its beginning and its end are {distance:0.00} apart, one voice's seldom more " +
                $"than {bounds.WarnAboveVoiceDistance:0.00}; record one speaker at a time"));
        }

        return warnings;
    }
}
