using Speaker.Audio.Files;

namespace Speaker.Host.Tests.Support;

/// <summary>Recordings for the tests: real speech of klettres-data, and files that are not speech or not
/// sound.</summary>
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
        WriteWave(path, Speech(language, first, count));

    public static string WriteSilence(string path, double seconds) =>
        WriteWave(path, new float[(int)(seconds * SampleRate)]);

    public static string WriteWave(
        string path, ReadOnlySpan<float> samples, short channels = 1, int rate = SampleRate)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var writer = new BinaryWriter(File.Create(path));
        var bytes = samples.Length * 2;
        writer.Write("RIFF"u8);
        writer.Write(36 + bytes);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write(channels);
        writer.Write(rate);
        writer.Write(rate * 2 * channels);
        writer.Write((short)(2 * channels));
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write(bytes);
        writer.Write(Pcm16(samples));
        return path;
    }

    /// <summary>Little-endian 16-bit samples, as ALSA's raw format has them.</summary>
    public static byte[] Pcm16(ReadOnlySpan<float> samples)
    {
        var bytes = new byte[samples.Length * 2];
        for (var i = 0; i < samples.Length; i++)
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(2 * i),
                (short)Math.Clamp(MathF.Round(samples[i] * 32767), -32768, 32767));
        }

        return bytes;
    }
}
