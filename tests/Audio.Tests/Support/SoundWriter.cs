using System.Runtime.InteropServices;
using System.Text;
using Speaker.Audio.Files.SoundFile;

namespace Speaker.Audio.Tests.Support;

/// <summary>Writes the sound files that the tests read: compressed ones with libsndfile, WAV headers by hand.</summary>
internal static class SoundWriter
{
    public const int Wav16 = 0x010002;
    public const int Aiff16 = 0x020002;
    public const int Flac16 = 0x170002;
    public const int OggVorbis = 0x200060;
    public const int OggOpus = 0x200064;
    public const int Mp3 = 0x230082;

    /// <summary>Every channel carries the same samples.</summary>
    public static string Write(string path, ReadOnlySpan<float> mono, int rate, int channels, int format)
    {
        var frames = new float[mono.Length * channels];
        for (var i = 0; i < frames.Length; i++)
        {
            frames[i] = mono[i / channels];
        }

        using var file = File.Create(path);
        using var writer = new SoundFileWriter(file, rate, channels, format);
        writer.Write(frames);
        return path;
    }

    /// <summary>A WAV file, byte by byte: any tag, any claim of length.</summary>
    public static byte[] Wav(
        ReadOnlySpan<byte> data, int channels = 1, int rate = 16000, int bits = 16, int tag = 1, uint? claimed = null,
        byte[]? extension = null)
    {
        var stream = new MemoryStream();
        var writer = new BinaryWriter(stream);
        extension ??= [];
        writer.Write(Encoding.ASCII.GetBytes("RIFF"));
        writer.Write(claimed is { } size ? size + 36 : (uint)(36 + extension.Length + data.Length));
        writer.Write(Encoding.ASCII.GetBytes("WAVEfmt "));
        writer.Write(16 + extension.Length);
        writer.Write((ushort)tag);
        writer.Write((ushort)channels);
        writer.Write(rate);
        writer.Write(rate * channels * bits / 8);
        writer.Write((ushort)(channels * bits / 8));
        writer.Write((ushort)bits);
        writer.Write(extension);
        writer.Write(Encoding.ASCII.GetBytes("data"));
        writer.Write(claimed ?? (uint)data.Length);
        writer.Write(data);
        return stream.ToArray();
    }

    /// <summary>The 24 bytes that make a header WAVE_FORMAT_EXTENSIBLE with 32-bit float samples.</summary>
    public static byte[] FloatExtension()
    {
        var stream = new MemoryStream();
        var writer = new BinaryWriter(stream);
        writer.Write((ushort)22);
        writer.Write((ushort)32);
        writer.Write(4);
        writer.Write(new Guid("00000003-0000-0010-8000-00aa00389b71").ToByteArray());
        return stream.ToArray();
    }

    /// <summary>RF64 whose ds64 chunk gives these sizes.</summary>
    public static byte[] Rf64(ReadOnlySpan<byte> data, long riffSize, long dataSize)
    {
        var stream = new MemoryStream();
        var writer = new BinaryWriter(stream);
        writer.Write(Encoding.ASCII.GetBytes("RF64"));
        writer.Write(uint.MaxValue);
        writer.Write(Encoding.ASCII.GetBytes("WAVEds64"));
        writer.Write(28);
        writer.Write(riffSize);
        writer.Write(dataSize);
        writer.Write(dataSize / 2);
        writer.Write(0);
        writer.Write(Wav(data).AsSpan(12, 24));
        writer.Write(Encoding.ASCII.GetBytes("data"));
        writer.Write(uint.MaxValue);
        writer.Write(data);
        return stream.ToArray();
    }

    public static byte[] Pcm16(ReadOnlySpan<float> samples)
    {
        var shorts = new short[samples.Length];
        for (var i = 0; i < shorts.Length; i++)
        {
            shorts[i] = (short)Math.Clamp(Math.Round(samples[i] * 32767.0), short.MinValue, short.MaxValue);
        }

        return MemoryMarshal.AsBytes(shorts.AsSpan()).ToArray();
    }
}
