using System.Globalization;

namespace Speaker.Host.Recognition;

/// <summary>What in a recording may have weakened an answer, in words, for the person who made the recording.</summary>
internal static class QualityHints
{
    /// <summary>Below this much speech the distances of one speaker spread widely.</summary>
    private const double ShortSpeechSeconds = 2;

    private const double NoisySignalToNoise = 10;

    private const double QuietSpeechLevel = -45;

    private const double NoticeableClipping = 0.001;

    public static IReadOnlyList<string> For(Embedded sample)
    {
        var hints = new List<string>();
        if (sample.SpeechSeconds < ShortSpeechSeconds)
        {
            hints.Add(Text($"only {sample.SpeechSeconds:0.0} s of speech: {ShortSpeechSeconds:0} s or more is surer"));
        }

        if (sample.Quality.SignalToNoise is { } ratio and < NoisySignalToNoise)
        {
            hints.Add(Text($"noisy: about {ratio:0} dB of signal to noise, {NoisySignalToNoise:0} dB is surer"));
        }

        if (sample.Quality.SpeechLevel < QuietSpeechLevel)
        {
            hints.Add(Text($"quiet: speech at {sample.Quality.SpeechLevel:0} dBFS, speak up or move closer"));
        }

        if (sample.Quality.ClippedFraction > NoticeableClipping)
        {
            hints.Add(Text($"clipped: {sample.Quality.ClippedFraction:0.0%} of the samples, lower the level"));
        }

        return hints;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
