using System.Buffers.Binary;
using Speaker.Audio.Validation;

namespace Speaker.Audio.Files.Containers;

/// <summary>
/// WAV: RIFF, its big-endian twin RIFX, and RF64 and BW64 (ITU-R BS.2088) with lengths of 64 bits. Where the header and
/// the file differ, the file counts: sound whose length nobody wrote down goes up to the end of the file, several chunks
/// of samples follow one another, and so do several WAV files in one.
/// </summary>
internal static class WaveFile
{
    private const int ShortestFormat = 16;
    private const int LongestFormat = 1024;
    private const int LongestFact = 16;

    /// <summary>From here on a length is one that was not known when it was written: programs that write to a pipe fill
    /// in the largest that fits, less the header.</summary>
    private const uint UnknownLength = 0x7FFF0000;

    /// <summary>Two frames of GSM. libsndfile 1.2 makes a block of the zero that pads an odd number of them.</summary>
    private const int GsmBlockBytes = 65;
    private const int GsmBlockFrames = 320;

    private const int Pcm = 1;
    private const int MicrosoftAdpcm = 2;
    private const int Float = 3;
    private const int ALaw = 6;
    private const int MuLaw = 7;
    private const int ImaAdpcm = 0x11;
    private const int Gsm610 = 0x31;
    private const int G721 = 0x40;
    private const int Mpeg = 0x50;
    private const int MpegLayer3 = 0x55;
    private const int Extensible = 0xFFFE;

    /// <param name="file">Seekable.</param>
    /// <param name="start">Of its header.</param>
    /// <exception cref="InvalidDataException">What is missing or contradictory, without a full stop.</exception>
    public static ChunkedSound Read(Stream file, long start)
    {
        Span<byte> head = stackalloc byte[12];
        file.Position = start;
        file.ReadExactly(head);
        var isBigEndian = head.StartsWith("RIFX"u8);
        var chunks = new ChunkReader(file, start + head.Length, isBigEndian);
        Span<byte> content = stackalloc byte[LongestFormat];
        var data = new List<ByteRange>();
        var notes = new List<RecordingNote>();
        byte[] format = [];
        byte[] fact = [];
        long? longSamples = null;
        long claimed = 0;
        var isLengthKnown = true;
        while (chunks.Next())
        {
            if (chunks.Name.SequenceEqual("ds64"u8))
            {
                var sizes = chunks.Read(content[..24]);
                longSamples = sizes.Length == 24 ? BinaryPrimitives.ReadInt64LittleEndian(sizes[8..]) : null;
            }
            else if (chunks.Name.SequenceEqual("fmt "u8))
            {
                format = Same(format, chunks.Read(content), chunks.ClaimedLength);
            }
            else if (chunks.Name.SequenceEqual("fact"u8))
            {
                fact = chunks.Read(content[..LongestFact]).ToArray();
            }
            else if (chunks.Name.SequenceEqual("data"u8))
            {
                var length = Length(chunks, longSamples);
                isLengthKnown &= length is not null;
                claimed += length ?? 0;
                chunks.Skip(length ?? chunks.Rest);
                data.Add(new ByteRange(chunks.Start, Math.Min(length ?? chunks.Rest, chunks.Rest)));
            }
            else if ((chunks.Name.SequenceEqual("RIFF"u8) || chunks.Name.SequenceEqual(head[..4]))
                && chunks.Read(content[..4]).SequenceEqual("WAVE"u8))
            {
                chunks.Skip(4);
            }
            else if (chunks.ClaimedLength > chunks.Rest)
            {
                break;
            }
        }

        if (format.Length == 0 || data.Count == 0)
        {
            throw new InvalidDataException(Missing(format.Length == 0 ? "fmt" : "data", head, file.Length - start));
        }

        var present = data.Sum(range => range.Length);
        var rate = chunks.ToUInt32(format.AsSpan(4));
        if (!isLengthKnown)
        {
            notes.Add(ChunkedSound.Unfinished);
        }
        else if (present < claimed)
        {
            notes.Add(ChunkedSound.Cut(claimed, present, BytesASecond(chunks, format)));
        }

        var sound = new ChunkedSound
        {
            Channels = chunks.ToUInt16(format.AsSpan(2)),
            Rate = (int)Math.Min(rate, int.MaxValue),
            IsBigEndian = isBigEndian,
            Data = data,
            ClaimedBytes = isLengthKnown ? claimed : 0,
            Notes = notes,
        };
        return Encoded(sound, chunks, format, fact, present);
    }

    /// <summary>Null where nobody knew it when the header was written.</summary>
    private static long? Length(ChunkReader chunks, long? longSamples)
    {
        var length = chunks.ClaimedLength;
        if (length == uint.MaxValue && longSamples is > 0 and < ChunkReader.MostBytes)
        {
            return longSamples;
        }

        return (length == 0 && chunks.Rest > 0 && !chunks.IsChunkAt(chunks.Start))
            || (length >= UnknownLength && length > chunks.Rest)
            ? null
            : length;
    }

    private static byte[] Same(byte[] before, ReadOnlySpan<byte> format, long claimed)
    {
        if (format.Length < Math.Min(claimed, LongestFormat) || claimed is < ShortestFormat or > LongestFormat)
        {
            throw new InvalidDataException(
                $"its chunk fmt has {Plural.Of(claimed, "byte")}; it must have from {ShortestFormat} to "
                + $"{LongestFormat} and lie in the file");
        }

        return before.Length == 0 || format.SequenceEqual(before)
            ? format.ToArray()
            : throw new InvalidDataException(
                "it has two chunks fmt that differ, so parts of it are of different formats; cut it into those parts");
    }

    private static string Missing(string chunk, ReadOnlySpan<byte> head, long length)
    {
        long claimed = head.StartsWith("RIFX"u8)
            ? BinaryPrimitives.ReadUInt32BigEndian(head[4..])
            : BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        return claimed + 8 > length && claimed < UnknownLength
            ? $"it is cut: by its header it has {claimed + 8} bytes, {length} are there, and no whole chunk {chunk} among "
                + "them"
            : $"it has no whole chunk {chunk}";
    }

    private static double BytesASecond(ChunkReader chunks, byte[] format)
    {
        var bits = chunks.ToUInt16(format.AsSpan(14));
        var tag = chunks.ToUInt16(format);
        return tag is Pcm or Float or ALaw or MuLaw or Extensible && bits % 8 == 0
            ? (double)chunks.ToUInt32(format.AsSpan(4)) * chunks.ToUInt16(format.AsSpan(2)) * bits / 8
            : chunks.ToUInt32(format.AsSpan(8));
    }

    private static ChunkedSound Encoded(
        ChunkedSound sound, ChunkReader chunks, byte[] format, byte[] fact, long present)
    {
        int tag = chunks.ToUInt16(format);
        if (tag == Extensible && format.Length >= 40)
        {
            // The first two bytes of the GUID are the tag.
            tag = chunks.ToUInt16(format.AsSpan(24));
        }

        int bits = chunks.ToUInt16(format.AsSpan(14));
        switch (tag)
        {
            case Pcm:
                return sound with { Encoding = Integer(bits, Width(chunks, format, bits)) };
            case Float:
                return sound with
                {
                    Encoding = bits switch
                    {
                        32 => SampleEncoding.Float32,
                        64 => SampleEncoding.Float64,
                        _ => throw new InvalidDataException($"its samples are floats of {bits} bits; 32 and 64 are read"),
                    },
                };
            case ALaw:
                return sound with { Encoding = SampleEncoding.ALaw };
            case MuLaw:
                return sound with { Encoding = SampleEncoding.MuLaw };
            case Mpeg or MpegLayer3:
                return sound with { IsMpeg = true, Codec = "MPEG audio in WAV" };
            case MicrosoftAdpcm or ImaAdpcm or Gsm610 or G721 when !sound.IsBigEndian:
                return sound with
                {
                    Codec = Name(tag),
                    Head = Head(format, fact, present),
                    Frames = tag == Gsm610 ? present / GsmBlockBytes * GsmBlockFrames : null,
                };
            default:
                return sound with { Codec = Name(tag) };
        }
    }

    /// <summary>Bytes of a sample. What the header gives for a frame is believed only where it makes sense of bits that
    /// do not fill bytes.</summary>
    private static int Width(ChunkReader chunks, byte[] format, int bits)
    {
        int channels = chunks.ToUInt16(format.AsSpan(2));
        int frame = chunks.ToUInt16(format.AsSpan(12));
        return bits is 20 or 24 && frame == 4 * channels ? 4 : (bits + 7) / 8;
    }

    private static SampleEncoding Integer(int bits, int width) => width switch
    {
        1 => SampleEncoding.Unsigned8,
        2 => SampleEncoding.Signed16,
        3 => SampleEncoding.Signed24,
        4 => SampleEncoding.Signed32,
        _ => throw new InvalidDataException($"its samples are integers of {bits} bits; 1 to 32 are read"),
    };

    private static string Name(int tag) => tag switch
    {
        MicrosoftAdpcm => "Microsoft ADPCM",
        ImaAdpcm => "IMA ADPCM",
        Gsm610 => "GSM 06.10",
        G721 => "G.721",
        0x42 => "G.723",
        0x45 or 0x64 => "G.726",
        0x65 or 0x28F => "G.722",
        0x83 => "G.729",
        0xFF or 0x1600 or 0x1601 or 0x1610 or 0xA106 => "AAC",
        0x160 or 0x161 or 0x162 or 0x163 => "Windows Media Audio",
        0x270 => "ATRAC3",
        0x566F or 0x674F or 0x6750 or 0x6751 or 0x676F or 0x6770 or 0x6771 => "Vorbis",
        _ => $"a codec of the number 0x{tag:X4}",
    } + " in WAV";

    private static byte[] Head(byte[] format, byte[] fact, long present)
    {
        var head = new MemoryStream();
        using var writer = new BinaryWriter(head);
        var length = (uint)Math.Min(present, uint.MaxValue - 2048);
        writer.Write("RIFF"u8);
        writer.Write((uint)(4 + 8 + Even(format.Length) + (fact.Length > 0 ? 8 + Even(fact.Length) : 0) + 8) + length);
        writer.Write("WAVEfmt "u8);
        Write(format);
        if (fact.Length > 0)
        {
            writer.Write("fact"u8);
            Write(fact);
        }

        writer.Write("data"u8);
        writer.Write(length);
        return head.ToArray();

        void Write(byte[] content)
        {
            writer.Write(content.Length);
            writer.Write(content);
            writer.Write(new byte[Even(content.Length) - content.Length]);
        }
    }

    private static int Even(int length) => length + (length & 1);
}
