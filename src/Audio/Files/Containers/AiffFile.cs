using System.Buffers.Binary;
using System.Text;

namespace Speaker.Audio.Files.Containers;

/// <summary>AIFF and AIFF-C (Apple, 1989 and 1991). Where the header and the file differ, the file counts.</summary>
internal static class AiffFile
{
    private const int ShortestCommon = 18;
    private const int LongestCommon = 1024;

    /// <summary>SSND begins with an offset and a block size.</summary>
    private const int SoundHeaderLength = 8;

    private const uint UnknownLength = 0x7FFF0000;

    /// <inheritdoc cref="WaveFile.Read"/>
    public static ChunkedSound Read(Stream file, long start)
    {
        Span<byte> head = stackalloc byte[12];
        file.Position = start;
        file.ReadExactly(head);
        var isCompressed = head.EndsWith("AIFC"u8);
        var chunks = new ChunkReader(file, start + head.Length, isBigEndian: true);
        Span<byte> content = stackalloc byte[LongestCommon];
        byte[] common = [];
        ByteRange? data = null;
        var isLengthKnown = true;
        long claimed = 0;
        while (chunks.Next())
        {
            if (chunks.Name.SequenceEqual("COMM"u8))
            {
                common = chunks.Read(content).ToArray();
            }
            else if (chunks.Name.SequenceEqual("SSND"u8))
            {
                if (data is not null)
                {
                    throw new InvalidDataException("it has two chunks SSND, and one is allowed; export it again");
                }

                (data, claimed, isLengthKnown) = Sound(chunks, content);
                chunks.Skip(data.Value.End - chunks.Start);
            }
            else if (chunks.ClaimedLength > chunks.Rest)
            {
                break;
            }
        }

        if (common.Length < (isCompressed ? ShortestCommon + 4 : ShortestCommon) || data is not { } found)
        {
            throw new InvalidDataException(
                $"it has no whole chunk {(data is null && common.Length >= ShortestCommon ? "SSND" : "COMM")}");
        }

        return Encoded(common, isCompressed, found, isLengthKnown ? claimed : 0);
    }

    private static (ByteRange Data, long Claimed, bool IsLengthKnown) Sound(ChunkReader chunks, Span<byte> content)
    {
        var header = chunks.Read(content[..SoundHeaderLength]);
        var offset = header.Length == SoundHeaderLength ? chunks.ToUInt32(header) : 0;
        var skipped = SoundHeaderLength + (offset < chunks.ClaimedLength ? offset : 0L);
        var length = chunks.ClaimedLength;
        var rest = Math.Max(0, chunks.Rest - skipped);
        var isLengthKnown = !(length <= SoundHeaderLength && rest > 0 && !chunks.IsChunkAt(chunks.Start + length))
            && !(length >= UnknownLength && length > chunks.Rest);
        var claimed = Math.Max(0, length - skipped);
        return (
            new ByteRange(Math.Min(chunks.Start + skipped, chunks.Start + chunks.Rest),
                isLengthKnown ? Math.Min(claimed, rest) : rest),
            claimed,
            isLengthKnown);
    }

    private static ChunkedSound Encoded(byte[] common, bool isCompressed, ByteRange data, long claimedBytes)
    {
        int channels = BinaryPrimitives.ReadUInt16BigEndian(common);
        var rate = Rate(common.AsSpan(8, 10));
        int bits = BinaryPrimitives.ReadUInt16BigEndian(common.AsSpan(6));
        var type = isCompressed ? common.AsSpan(18, 4) : "NONE"u8;
        var isLittleEndian = Name(type) is "sowt" or "42ni" or "42n1" or "23ni";
        SampleEncoding? encoding = Name(type) switch
        {
            "NONE" or "twos" or "sowt" => Integer(bits),
            "raw " => SampleEncoding.Unsigned8,
            "in24" or "42ni" or "42n1" => SampleEncoding.Signed24,
            "in32" or "23ni" => SampleEncoding.Signed32,
            "fl32" or "FL32" => SampleEncoding.Float32,
            "fl64" or "FL64" => SampleEncoding.Float64,
            "alaw" or "ALAW" => SampleEncoding.ALaw,
            "ulaw" or "ULAW" => SampleEncoding.MuLaw,
            _ => null,
        };
        var sound = new ChunkedSound
        {
            Channels = channels,
            Rate = rate,
            Encoding = encoding,
            IsBigEndian = !isLittleEndian,
            Data = [data],
            ClaimedBytes = claimedBytes,
            Codec = encoding is null ? $"\"{Name(type)}\" in AIFF-C" : "",
            Head = type.SequenceEqual("ima4"u8) ? Head(common, data.Length) : null,
            Notes = [],
        };
        var note = claimedBytes == 0 && data.Length > 0 ? ChunkedSound.Unfinished
            : data.Length < claimedBytes
                ? ChunkedSound.Cut(claimedBytes, data.Length, (double)rate * channels * sound.SampleBytes)
            : null;
        return note is null ? sound : sound with { Notes = [note] };
    }

    private static string Name(ReadOnlySpan<byte> type) => Encoding.Latin1.GetString(type);

    private static SampleEncoding Integer(int bits) => ((bits + 7) / 8) switch
    {
        1 => SampleEncoding.Signed8,
        2 => SampleEncoding.Signed16,
        3 => SampleEncoding.Signed24,
        4 => SampleEncoding.Signed32,
        _ => throw new InvalidDataException($"its samples are integers of {bits} bits; 1 to 32 are read"),
    };

    /// <summary>An extended float of 80 bits: sign and exponent, then the mantissa with its first bit.</summary>
    private static int Rate(ReadOnlySpan<byte> extended)
    {
        var exponent = BinaryPrimitives.ReadInt16BigEndian(extended) - 16383 - 63;
        var rate = BinaryPrimitives.ReadUInt64BigEndian(extended[2..]) * Math.Pow(2, exponent);
        return rate is >= 0 and < int.MaxValue ? (int)rate : -1;
    }

    private static byte[] Head(byte[] common, long present)
    {
        var length = (uint)Math.Min(present, uint.MaxValue - 2048);
        var padded = common.Length + (common.Length & 1);
        var head = new MemoryStream();
        head.Write("FORM"u8);
        Write((uint)(4 + 8 + padded + 8 + SoundHeaderLength) + length);
        head.Write("AIFCCOMM"u8);
        Write((uint)common.Length);
        head.Write(common);
        head.Write(new byte[padded - common.Length]);
        head.Write("SSND"u8);
        Write(length + SoundHeaderLength);
        head.Write(new byte[SoundHeaderLength]);
        return head.ToArray();

        void Write(uint number)
        {
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
            head.Write(bytes);
        }
    }
}
