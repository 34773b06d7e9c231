using System.Buffers.Binary;
using Speaker.Audio.Quality;

namespace Speaker.Audio.Tests.Hostile;

internal enum FieldKind
{
    /// <summary>A count of bytes, samples, frames or segments, or a position.</summary>
    Size,
    Channels,
    Rate,
}

/// <summary>A number in a header. Ten bytes are an extended float of AIFF; a shift leaves that many low bits.</summary>
internal sealed record HeaderField(int Offset, int Width, bool BigEndian, FieldKind Kind, int Shift = 0)
{
    /// <summary>The file with this number in the field, cut to the field's width.</summary>
    public byte[] With(byte[] file, long value)
    {
        var changed = (byte[])file.Clone();
        var field = changed.AsSpan(Offset, Width);
        if (Width == 10)
        {
            WriteExtended(field, value);
            return changed;
        }

        var bits = ((ulong)value << Shift) | (field[^1] & ((1ul << Shift) - 1));
        for (var i = 0; i < Width; i++)
        {
            field[BigEndian ? Width - 1 - i : i] = (byte)(bits >> (8 * i));
        }

        return changed;
    }

    private static void WriteExtended(Span<byte> field, long value)
    {
        field.Clear();
        if (value > 0)
        {
            var exponent = 63 - System.Numerics.BitOperations.LeadingZeroCount((ulong)value);
            BinaryPrimitives.WriteInt16BigEndian(field, (short)(16383 + exponent));
            BinaryPrimitives.WriteUInt64BigEndian(field[2..], (ulong)value << (63 - exponent));
        }
    }
}

/// <summary>Where the numbers are in the headers of the seeds.</summary>
internal static class HeaderFields
{
    private const int MostOggPages = 5;

    public static IReadOnlyList<HeaderField> Of(ReadOnlySpan<byte> file)
    {
        var fields = new List<HeaderField>();
        if (file.StartsWith("RIFF"u8) || file.StartsWith("RF64"u8) || file.StartsWith("BW64"u8) || file.StartsWith("FORM"u8))
        {
            Chunks(file, fields);
        }
        else if (file.StartsWith("fLaC"u8))
        {
            Flac(file, fields);
        }
        else if (file.StartsWith("OggS"u8))
        {
            Ogg(file, fields);
        }
        else
        {
            Mpeg(file, fields);
        }

        return fields;
    }

    private static void Chunks(ReadOnlySpan<byte> file, List<HeaderField> fields)
    {
        var big = file[0] == 'F';
        fields.Add(new(4, 4, big, FieldKind.Size));
        for (var at = 12; at + 8 <= file.Length;)
        {
            var id = file.Slice(at, 4);
            var size = big
                ? BinaryPrimitives.ReadUInt32BigEndian(file[(at + 4)..])
                : BinaryPrimitives.ReadUInt32LittleEndian(file[(at + 4)..]);
            fields.Add(new(at + 4, 4, big, FieldKind.Size));
            if (id.SequenceEqual("fmt "u8))
            {
                fields.AddRange(
                [
                    new(at + 10, 2, false, FieldKind.Channels), new(at + 12, 4, false, FieldKind.Rate),
                    new(at + 16, 4, false, FieldKind.Size), new(at + 20, 2, false, FieldKind.Size),
                    new(at + 22, 2, false, FieldKind.Size),
                ]);
            }
            else if (id.SequenceEqual("COMM"u8))
            {
                fields.AddRange(
                [
                    new(at + 8, 2, true, FieldKind.Channels), new(at + 10, 4, true, FieldKind.Size),
                    new(at + 14, 2, true, FieldKind.Size), new(at + 16, 10, true, FieldKind.Rate),
                ]);
            }
            else if (id.SequenceEqual("ds64"u8))
            {
                fields.AddRange(
                [
                    new(at + 8, 8, false, FieldKind.Size), new(at + 16, 8, false, FieldKind.Size),
                    new(at + 24, 8, false, FieldKind.Size), new(at + 32, 4, false, FieldKind.Size),
                ]);
            }
            else if (id.SequenceEqual("fact"u8) || id.SequenceEqual("SSND"u8))
            {
                fields.Add(new(at + 8, 4, big, FieldKind.Size));
            }

            at = (int)Math.Min(file.Length, at + 8L + size + (size & 1));
        }
    }

    private static void Flac(ReadOnlySpan<byte> file, List<HeaderField> fields)
    {
        // STREAMINFO: least and most samples of a block, bytes of a frame, rate (20 bits), length (36 bits).
        fields.AddRange(
        [
            new(8, 2, true, FieldKind.Size), new(10, 2, true, FieldKind.Size), new(12, 3, true, FieldKind.Size),
            new(15, 3, true, FieldKind.Size), new(18, 3, true, FieldKind.Rate, Shift: 4),
            new(22, 4, true, FieldKind.Size),
        ]);
        for (var at = 4; at + 4 <= file.Length;)
        {
            fields.Add(new(at + 1, 3, true, FieldKind.Size));
            var last = (file[at] & 0x80) != 0;
            at += 4 + (file[at + 1] << 16 | file[at + 2] << 8 | file[at + 3]);
            if (last)
            {
                break;
            }
        }
    }

    private static void Ogg(ReadOnlySpan<byte> file, List<HeaderField> fields)
    {
        var pages = OggPages.Find(file);
        foreach (var (start, _) in pages.Take(MostOggPages).Union(pages.TakeLast(2)))
        {
            fields.AddRange(
            [
                new(start + OggPages.Granule, 8, false, FieldKind.Size),
                new(start + OggPages.Sequence, 4, false, FieldKind.Size),
                new(start + OggPages.Segments, 1, false, FieldKind.Size),
            ]);
        }

        var body = OggPages.HeaderLength + 1;
        if (file[body..].StartsWith("OpusHead"u8))
        {
            fields.AddRange(
            [
                new(body + 9, 1, false, FieldKind.Channels), new(body + 10, 2, false, FieldKind.Size),
                new(body + 12, 4, false, FieldKind.Rate), new(body + 16, 2, false, FieldKind.Size),
            ]);
        }
        else
        {
            fields.AddRange(
            [
                new(body + 11, 1, false, FieldKind.Channels), new(body + 12, 4, false, FieldKind.Rate),
                new(body + 28, 1, false, FieldKind.Size),
            ]);
        }
    }

    private static void Mpeg(ReadOnlySpan<byte> file, List<HeaderField> fields)
    {
        if (file.StartsWith("ID3"u8))
        {
            fields.AddRange([new(6, 4, true, FieldKind.Size), new(14, 4, true, FieldKind.Size)]);
        }

        // The first frame's table: flags, frames, bytes.
        var table = Math.Max(file.IndexOf("Info"u8), file.IndexOf("Xing"u8));
        if (table > 0)
        {
            fields.AddRange([new(table + 8, 4, true, FieldKind.Size), new(table + 12, 4, true, FieldKind.Size)]);
        }
    }
}
