using System.Buffers.Binary;
using Speaker.Audio.Quality;

namespace Speaker.Audio.Tests.Hostile;

/// <summary>One to four things done to a file at random; nothing but the generator decides which.</summary>
internal static class Mutations
{
    /// <summary>Mutated files stay below this, so that 100,000 of them are read in minutes.</summary>
    private const int LongestFile = 1 << 17;

    private static readonly uint[] Words =
    [
        0, 1, 0xFFFFFFF8, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFF, 0x10000, 384000,
        0x7FC00000, 0x7F800000, 0xFF800000, 0x7F7FFFFF, // not a number, the infinities, the largest number
    ];

    private static readonly long[] Granules =
        [0, 1, -1, -8, 1 << 20, 1L << 32, (1L << 40) - (1L << 32) + (1L << 30), 1L << 40, long.MaxValue, long.MinValue];

    public static byte[] Apply(IReadOnlyList<SeedFile> seeds, Random random)
    {
        var file = (byte[])Any(seeds, random).Clone();
        for (var left = 1 + random.Next(4); left > 0; left--)
        {
            file = Once(file, seeds, random);
            if (file.Length > LongestFile)
            {
                file = file[..LongestFile];
            }
        }

        // A page with a wrong checksum is skipped, so most get the right one.
        return random.Next(5) > 0 ? Repaired(file) : file;
    }

    public static byte[] Repaired(byte[] file) =>
        file.AsSpan().IndexOf("OggS"u8) >= 0 ? OggPages.Repair(file) : file;

    private static byte[] Once(byte[] file, IReadOnlyList<SeedFile> seeds, Random random)
    {
        if (file.Length < 16)
        {
            return [.. file, .. Any(seeds, random)];
        }

        switch (random.Next(15))
        {
            case 0:
                return file[..Place(file, random)];
            case 1:
                return file[..random.Next(Math.Min(65, file.Length))];
            case 2: // a block once more
                var (from, to) = Range(file, random);
                return [.. file[..to], .. file[from..to], .. file[to..]];
            case 3: // a block less
                (from, to) = Range(file, random);
                return [.. file[..from], .. file[to..]];
            case 4: // the head of one, the tail of another
                var other = Any(seeds, random);
                return [.. file[..Place(file, random)], .. other[Place(other, random)..]];
            case 5: // something in between
                other = Any(seeds, random);
                var place = Place(file, random);
                (from, to) = Range(other, random);
                return [.. file[..place], .. other[from..to], .. file[place..]];
            case 6: // lists in lists, each but the innermost as long as its content
                byte[] lists = [];
                for (var depth = random.Next(1, 200); depth > 0; depth--)
                {
                    lists = FuzzSeeds.List(lists);
                }

                return file.AsSpan().StartsWith("RIFF"u8) && file.Length > 36
                    ? FuzzSeeds.WithChunks(file, lists)
                    : [.. lists, .. file];
            case 7: // a tag with any length before it
                return [.. "ID3"u8, (byte)random.Next(1, 6), .. Bytes(random, 6), .. file];
            case 8 or 9 when file.Length >= 64 && HeaderFields.Of(file) is { Count: > 0 } fields:
                var field = fields[random.Next(fields.Count)];
                return field.Offset + field.Width <= file.Length
                    ? field.With(file, unchecked((int)Words[random.Next(Words.Length)]))
                    : file;
            case 10 when OggPages.Find(file) is { Count: > 0 } pages:
                ChangePage(file.AsSpan(pages[random.Next(pages.Count)].Start), random);
                return file;
            case 11:
                place = Place(file, random);
                file.AsSpan(place, Math.Min(random.Next(1, 64), file.Length - place)).Fill((byte)-random.Next(2));
                return file;
            case 12:
                WriteWord(file, random);
                return file;
            default:
                for (var flips = 1 << random.Next(7); flips > 0; flips--)
                {
                    file[Place(file, random)] ^= (byte)(1 << random.Next(8));
                }

                return file;
        }
    }

    private static void ChangePage(Span<byte> page, Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                page[OggPages.Flags] = (byte)random.Next(8);
                break;
            case 1:
                BinaryPrimitives.WriteInt32LittleEndian(page[OggPages.Sequence..], random.Next(8));
                break;
            default:
                BinaryPrimitives.WriteInt64LittleEndian(
                    page[OggPages.Granule..], Granules[random.Next(Granules.Length)]);
                break;
        }
    }

    private static void WriteWord(byte[] file, Random random)
    {
        var word = Words[random.Next(Words.Length)];
        var target = file.AsSpan(Math.Min(Place(file, random), file.Length - 4));
        if (random.Next(2) == 0)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(target, word);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(target, word);
        }
    }

    private static byte[] Any(IReadOnlyList<SeedFile> seeds, Random random) => seeds[random.Next(seeds.Count)].Bytes;

    /// <summary>Two of three within the first 128 bytes, where the headers are.</summary>
    private static int Place(byte[] file, Random random) =>
        random.Next(random.Next(3) > 0 ? Math.Min(128, file.Length) : file.Length);

    private static (int From, int To) Range(byte[] file, Random random)
    {
        var from = Place(file, random);
        return (from, from + random.Next(1, Math.Min(file.Length - from, 1 << random.Next(1, 13)) + 1));
    }

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
