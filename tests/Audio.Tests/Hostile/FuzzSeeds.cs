using System.Runtime.InteropServices;
using System.Text;
using Speaker.Audio.Tests.Support;

namespace Speaker.Audio.Tests.Hostile;

/// <summary>A sound file as it should be.</summary>
internal sealed record SeedFile(string Name, byte[] Bytes);

/// <summary>
/// The files that are mutated: a quarter of a second of something voiced in every container and codec that is read.
/// With the same libsndfile they are the same bytes every time.
/// </summary>
internal static class FuzzSeeds
{
    private const int MuLaw = 0x10;
    private const int ImaAdpcm = 0x12;
    private const int MsAdpcm = 0x13;
    private const int Gsm610 = 0x20;
    private const int G721 = 0x30;
    private const int Wav = 0x010000;
    private const int Aiff = 0x020000;
    private const int Pcm16 = 2;
    private const int BigEndian = 0x20000000;
    private const int Flac24 = 0x170003;

    public static IReadOnlyList<SeedFile> All()
    {
        using var folder = new TemporaryFolder();
        var voice = Signals.Voice(0.25);
        return
        [
            new("pcm16.wav", SoundWriter.Wav(SoundWriter.Pcm16(voice))),
            new("pcm24.wav", SoundWriter.Wav(Pcm24(voice), bits: 24)),
            new("float.wav", SoundWriter.Wav(Bytes(voice), bits: 32, tag: 3)),
            new("extensible.wav", SoundWriter.Wav(
                Bytes(voice), bits: 32, tag: 0xFFFE, extension: SoundWriter.FloatExtension())),
            new("stereo-lists.wav", WithChunks(
                SoundWriter.Wav(SoundWriter.Pcm16(voice), channels: 2), List(List(List(Text("INFO", "a name")))))),
            new("two-data.wav", TwoData(voice)),
            new("rf64.wav", SoundWriter.Rf64(
                SoundWriter.Pcm16(voice), (2 * voice.Length) + 72, 2 * voice.Length)),
            new("bw64.wav", [.. "BW64"u8, .. SoundWriter.Rf64(
                SoundWriter.Pcm16(voice), (2 * voice.Length) + 72, 2 * voice.Length).AsSpan(4)]),
            new("unclosed.wav", Unclosed(voice)),
            Encoded("pcm16.rifx", Wav | BigEndian | Pcm16),
            Encoded("mulaw.wav", Wav | MuLaw),
            Encoded("ima.wav", Wav | ImaAdpcm),
            Encoded("ms.wav", Wav | MsAdpcm),
            Encoded("gsm.wav", Wav | Gsm610),
            Encoded("g721.wav", Wav | G721),
            Encoded("pcm16.aiff", SoundWriter.Aiff16),
            Encoded("mulaw.aifc", Aiff | MuLaw),
            Encoded("ima.aifc", Aiff | ImaAdpcm),
            Encoded("pcm16.flac", SoundWriter.Flac16),
            Encoded("pcm24-stereo.flac", Flac24, channels: 2),
            Encoded("vorbis.ogg", SoundWriter.OggVorbis),
            Encoded("vorbis-stereo.ogg", SoundWriter.OggVorbis, channels: 2),
            Encoded("opus.ogg", SoundWriter.OggOpus),
            Encoded("long.opus", SoundWriter.OggOpus, repeats: 9),
            Encoded("layer3.mp3", SoundWriter.Mp3),
            new("32.flac", FlacWriter.Write([[.. voice.Select(sample => (int)(sample * int.MaxValue))]], Signals.Rate, 32)),
            new("flac.oga", OggPages.OfFlac(Encoded("b.flac", SoundWriter.Flac16).Bytes)),
            new("chained.ogg", [.. Encoded("1.ogg", SoundWriter.OggVorbis).Bytes, .. Encoded("2.ogg", SoundWriter.OggOpus).Bytes]),
            new("padded.mp3", [.. new byte[300], .. Encoded("c.mp3", SoundWriter.Mp3).Bytes]),
            new("tagged.mp3", [.. Tag(), .. Encoded("a.mp3", SoundWriter.Mp3).Bytes]),
        ];

        SeedFile Encoded(string name, int format, int channels = 1, int repeats = 1)
        {
            var sound = Enumerable.Repeat(voice, repeats).SelectMany(part => part).ToArray();
            var bytes = File.ReadAllBytes(
                SoundWriter.Write(folder.File(name), sound, Signals.Rate, channels, format));
            return new(name, bytes.AsSpan().StartsWith("OggS"u8) ? OggPages.WithFixedSerial(bytes) : bytes);
        }
    }

    /// <summary>A LIST chunk around another.</summary>
    public static byte[] List(byte[] inner) =>
        [.. "LIST"u8, .. BitConverter.GetBytes(inner.Length + 4), .. "INFO"u8, .. inner];

    /// <summary>A WAV file with more chunks between its format and its samples.</summary>
    public static byte[] WithChunks(byte[] wav, byte[] chunks)
    {
        byte[] file = [.. wav[..36], .. chunks, .. wav[36..]];
        BitConverter.TryWriteBytes(file.AsSpan(4), file.Length - 8);
        return file;
    }

    private static byte[] Unclosed(float[] voice)
    {
        var file = SoundWriter.Wav(SoundWriter.Pcm16(voice));
        file.AsSpan(40, 4).Clear();
        return file;
    }

    private static byte[] TwoData(float[] voice)
    {
        var wav = SoundWriter.Wav(SoundWriter.Pcm16(voice));
        byte[] file = [.. wav, .. wav[36..]];
        BitConverter.TryWriteBytes(file.AsSpan(4), file.Length - 8);
        return file;
    }

    private static byte[] Text(string id, string text) =>
        [.. Encoding.ASCII.GetBytes(id), .. BitConverter.GetBytes(text.Length), .. Encoding.ASCII.GetBytes(text)];

    /// <summary>An ID3v2.3 tag with one text frame of 20 bytes.</summary>
    private static byte[] Tag() =>
        [.. "ID3"u8, 3, 0, 0, 0, 0, 0, 30, .. "TIT2"u8, 0, 0, 0, 20, 0, 0, .. new byte[20]];

    private static byte[] Bytes(float[] samples) => MemoryMarshal.AsBytes(samples.AsSpan()).ToArray();

    private static byte[] Pcm24(float[] samples)
    {
        var bytes = new byte[3 * samples.Length];
        for (var i = 0; i < samples.Length; i++)
        {
            var value = (int)(samples[i] * 8388607);
            (bytes[3 * i], bytes[(3 * i) + 1], bytes[(3 * i) + 2]) =
                ((byte)value, (byte)(value >> 8), (byte)(value >> 16));
        }

        return bytes;
    }
}
