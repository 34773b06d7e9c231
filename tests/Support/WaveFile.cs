using System.Runtime.InteropServices;

namespace Speaker.Tests.Support;

/// <summary>Sound files that the tests make: 16-bit PCM in WAV.</summary>
internal static class WaveFile
{
    /// <summary>Writes a file, and the folders that it lies in.</summary>
    /// <param name="path">Where.</param>
    /// <param name="samples">In [-1, 1]; of several channels, interleaved.</param>
    /// <param name="channels">1 or more.</param>
    /// <param name="rate">Samples a second.</param>
    /// <returns>The path.</returns>
    public static string Write(string path, ReadOnlySpan<float> samples, short channels = 1, int rate = 16000)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var writer = new BinaryWriter(File.Create(path));
        var bytes = sizeof(short) * samples.Length;
        writer.Write("RIFF"u8);
        writer.Write(36 + bytes);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write(channels);
        writer.Write(rate);
        writer.Write(sizeof(short) * channels * rate);
        writer.Write((short)(sizeof(short) * channels));
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write(bytes);
        writer.Write(Pcm16(samples));
        return path;
    }

    /// <summary>Little-endian 16-bit samples, as WAV and ALSA's raw format have them.</summary>
    public static byte[] Pcm16(ReadOnlySpan<float> samples)
    {
        var values = new short[samples.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (short)Math.Clamp(MathF.Round(samples[i] * 32767), short.MinValue, short.MaxValue);
        }

        return MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
    }
}
