using System.Buffers.Binary;

namespace Speaker.Audio.Files.Containers;

/// <summary>What a sound lies in.</summary>
internal enum ContainerKind
{
    /// <summary>RIFF, RIFX, RF64 or BW64 of type WAVE.</summary>
    Wave,

    /// <summary>FORM of type AIFF or AIFC.</summary>
    Aiff,
    Flac,
    Ogg,
    Mpeg,

    /// <summary>Known, but not to this library.</summary>
    Foreign,
}

/// <summary>
/// Finds out what a file is by its bytes, whatever its name: behind ID3v2 and APE tags and behind zeros, and for MPEG audio
/// by its frames wherever they begin.
/// </summary>
internal static class SoundContainer
{
    private const int SignatureLength = 64;
    private const int Id3HeaderLength = 10;
    private const int ApeHeaderLength = 32;
    private const int MostTags = 64;
    private const int MostPadding = 1 << 20;

    /// <param name="file">Seekable.</param>
    /// <returns>What, and where it begins; null where it is nothing known.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static (ContainerKind Kind, long Start, ForeignFormat? Foreign)? Find(Stream file)
    {
        Span<byte> head = stackalloc byte[SignatureLength];
        var start = 0L;
        for (var tags = 0; tags < MostTags; tags++)
        {
            file.Position = start;
            var signature = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
            if (KindOf(signature) is { } kind)
            {
                return (kind, start, null);
            }

            if (ForeignFormat.Of(signature) is { } foreign)
            {
                return (ContainerKind.Foreign, start, foreign);
            }

            var skipped = signature.Length == 0 ? 0
                : signature[0] == 0 ? Padding(file, start)
                : TagLength(signature);
            if (skipped == 0 || start + skipped >= file.Length)
            {
                break;
            }

            start += skipped;
        }

        return MpegFile.FindStart(file, start) is { } first ? (ContainerKind.Mpeg, first, null) : null;
    }

    /// <summary>Whether a file in which nothing is found may be sound once more of it is there: it begins, as far as it
    /// goes, with a signature, a tag, a frame of MPEG audio, or with zeros that are still to be written over.</summary>
    /// <param name="head">Up to four bytes.</param>
    public static bool CanBegin(ReadOnlySpan<byte> head) =>
        head.IsEmpty || head[0] is 0 or 0xFF || "RIFF"u8.StartsWith(head) || "RIFX"u8.StartsWith(head)
        || "RF64"u8.StartsWith(head) || "BW64"u8.StartsWith(head) || "FORM"u8.StartsWith(head)
        || "fLaC"u8.StartsWith(head) || "OggS"u8.StartsWith(head) || "APET"u8.StartsWith(head)
        || head.StartsWith("ID3"u8) || "ID3"u8.StartsWith(head);

    private static ContainerKind? KindOf(ReadOnlySpan<byte> head) =>
        head.Length >= 12
        && (head.StartsWith("RIFF"u8) || head.StartsWith("RIFX"u8) || head.StartsWith("RF64"u8)
            || head.StartsWith("BW64"u8))
        && head[8..].StartsWith("WAVE"u8) ? ContainerKind.Wave
        : head.Length >= 12 && head.StartsWith("FORM"u8)
        && (head[8..].StartsWith("AIFF"u8) || head[8..].StartsWith("AIFC"u8)) ? ContainerKind.Aiff
        : head.StartsWith("fLaC"u8) ? ContainerKind.Flac
        : head.StartsWith("OggS"u8) ? ContainerKind.Ogg
        : null;

    /// <summary>Bytes of the tag that begins here, 0 where there is none.</summary>
    private static long TagLength(ReadOnlySpan<byte> head)
    {
        if (head.Length >= Id3HeaderLength && head.StartsWith("ID3"u8) && head[3] is 2 or 3 or 4)
        {
            // Four times seven bits, after a header that does not count itself; version 2.4 may have a footer.
            var size = BinaryPrimitives.ReadUInt32BigEndian(head[6..]);
            var hasFooter = head[3] == 4 && (head[5] & 0x10) != 0;
            return Id3HeaderLength + (hasFooter ? Id3HeaderLength : 0)
                + (int)((size & 0x7F) | ((size >> 1) & 0x3F80) | ((size >> 2) & 0x1FC000) | ((size >> 3) & 0xFE00000));
        }

        if (head.Length >= ApeHeaderLength && head.StartsWith("APETAGEX"u8))
        {
            return ApeHeaderLength + (long)BinaryPrimitives.ReadUInt32LittleEndian(head[12..]);
        }

        return 0;
    }

    /// <summary>How many zeros there are from here on.</summary>
    private static long Padding(Stream file, long start)
    {
        Span<byte> block = stackalloc byte[4096];
        file.Position = start;
        for (var zeros = 0L; zeros < MostPadding;)
        {
            var read = block[..file.ReadAtLeast(block, block.Length, throwOnEndOfStream: false)];
            var other = read.IndexOfAnyExcept((byte)0);
            if (other >= 0 || read.IsEmpty)
            {
                return zeros + Math.Max(0, other);
            }

            zeros += read.Length;
        }

        return MostPadding;
    }
}
