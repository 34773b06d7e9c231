using Speaker.Audio;

namespace Speaker.Recognition.Tests.Recognition;

/// <summary>Real speech: letters and syllables of klettres-data, joined; one volunteer a language.</summary>
internal static class KlettresSpeech
{
    /// <param name="language">A folder of klettres-data.</param>
    /// <param name="first">The first clip, by name.</param>
    /// <param name="count">How many are joined.</param>
    /// <returns>16 kHz mono.</returns>
    public static float[] Of(string language, int first, int count = 4) =>
    [
        .. Directory.GetFiles($"/usr/share/klettres/{language}", "*.ogg", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Skip(first).Take(count)
            .SelectMany(clip => AudioFile.ReadSamples(clip)),
    ];
}
