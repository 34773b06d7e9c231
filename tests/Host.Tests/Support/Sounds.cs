using Speaker.Audio.Files;
using Speaker.Audio;

namespace Speaker.Host.Tests.Support;

/// <summary>Recordings for the tests: real speech of klettres-data, and silence.</summary>
internal static class Sounds
{
    public const int SampleRate = 16000;

    /// <summary>Samples of several clips of one volunteer, 16 kHz mono.</summary>
    /// <param name="language">A folder of klettres-data: one volunteer.</param>
    /// <param name="first">The first clip, by name.</param>
    /// <param name="count">How many clips are joined.</param>
    public static float[] Speech(string language, int first, int count)
    {
        var clips = Directory.GetFiles($"/usr/share/klettres/{language}", "*.ogg", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Skip(first).Take(count);
        return [.. clips.SelectMany(clip => AudioFile.ReadSamples(clip, CancellationToken.None))];
    }

    /// <summary>Writes speech as a 16-bit WAV file and returns its path.</summary>
    public static string WriteSpeech(string path, string language, int first = 0, int count = 4) =>
        WaveFile.Write(path, Speech(language, first, count));

    public static string WriteSilence(string path, double seconds) =>
        WaveFile.Write(path, new float[(int)(seconds * SampleRate)]);
}
