using System.Buffers.Binary;

namespace Speaker.Audio.Tests.Hostile;

/// <summary>The pages of an Ogg file, to be changed and given right checksums again (RFC 3533, section 6).</summary>
internal static class OggPages
{
    public const int Flags = 5;
    public const int Granule = 6;
    public const int Serial = 14;
    public const int Sequence = 18;
    public const int Checksum = 22;
    public const int Segments = 26;
    public const int HeaderLength = 27;

    /// <summary>Where each whole page begins and how long it is, whatever its checksum.</summary>
    public static List<(int Start, int Length)> Find(ReadOnlySpan<byte> file)
    {
        var pages = new List<(int, int)>();
        for (var at = 0; at + HeaderLength <= file.Length;)
        {
            var skip = file[at..].IndexOf("OggS"u8);
            if (skip < 0)
            {
                break;
            }

            at += skip;
            var length = LengthAt(file, at);
            if (length > 0)
            {
                pages.Add((at, length));
            }

            at += Math.Max(1, length);
        }

        return pages;
    }

    /// <summary>Gives every page its right checksum.</summary>
    public static byte[] Repair(byte[] file)
    {
        foreach (var (start, length) in Find(file))
        {
            var page = file.AsSpan(start, length);
            page.Slice(Checksum, 4).Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(page[Checksum..], Sum(page));
        }

        return file;
    }

    /// <summary>Encoders draw the serial number of a stream at random; this makes it the same every time.</summary>
    public static byte[] WithFixedSerial(byte[] file)
    {
        foreach (var (start, _) in Find(file))
        {
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(start + Serial), 1);
        }

        return Repair(file);
    }

    /// <summary>A stream of packets as pages, one page a packet; the first begins the stream, the last ends it.</summary>
    public static byte[] Write(uint serial, IReadOnlyList<byte[]> packets)
    {
        var file = new List<byte>();
        for (var i = 0; i < packets.Count; i++)
        {
            var packet = packets[i];
            var segments = (packet.Length / 255) + 1;
            var page = new byte[HeaderLength + segments + packet.Length];
            "OggS"u8.CopyTo(page);
            page[Flags] = (byte)((i == 0 ? 2 : 0) | (i == packets.Count - 1 ? 4 : 0));
            BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(Serial), serial);
            BinaryPrimitives.WriteInt32LittleEndian(page.AsSpan(Sequence), i);
            page[Segments] = (byte)segments;
            page.AsSpan(HeaderLength, segments - 1).Fill(255);
            page[HeaderLength + segments - 1] = (byte)(packet.Length % 255);
            packet.CopyTo(page, HeaderLength + segments);
            file.AddRange(page);
        }

        return Repair([.. file]);
    }

    /// <summary>A FLAC file in Ogg (the mapping of xiph.org, version 1.0), cut into packets anywhere.</summary>
    public static byte[] OfFlac(byte[] flac)
    {
        const int header = 42; // the magic number and STREAMINFO
        byte[] first = [0x7F, .. "FLAC"u8, 1, 0, 0, 0, .. flac[..header]];
        return Write(7, [first, .. flac[header..].Chunk(10_000)]);
    }

    private static int LengthAt(ReadOnlySpan<byte> file, int at)
    {
        if (at + HeaderLength > file.Length || at + HeaderLength + file[at + Segments] > file.Length)
        {
            return 0;
        }

        var length = HeaderLength + file[at + Segments];
        foreach (var segment in file.Slice(at + HeaderLength, file[at + Segments]))
        {
            length += segment;
        }

        return at + length <= file.Length ? length : 0;
    }

    /// <summary>By the definition, bit by bit: polynomial 04C11DB7, most significant bit first, from zero.</summary>
    private static uint Sum(ReadOnlySpan<byte> page)
    {
        var sum = 0u;
        foreach (var value in page)
        {
            sum ^= (uint)value << 24;
            for (var bit = 0; bit < 8; bit++)
            {
                sum = (sum & 0x80000000) != 0 ? (sum << 1) ^ 0x04C11DB7 : sum << 1;
            }
        }

        return sum;
    }
}
