using System.Buffers.Binary;
using System.IO.Hashing;

namespace Speaker.Audio.Files;

/// <summary>
/// What must hold for the pages of an Ogg file before libsndfile 1.2 sees them. Where a page of a stream is missing it
/// decodes a packet that is not there any more, and where the granule positions of an Opus stream go back it takes the
/// end of the stream for up to 2^31 samples: it allocates them, hands out what lay in that memory as sound, and, where
/// they cannot be allocated, ends the process at the next read. Pages are found as libogg finds them (RFC 3533), what
/// has a wrong checksum is none.
/// </summary>
internal static class OggInspection
{
    private const int HeaderLength = 27;
    private const int LongestPage = HeaderLength + 255 + (255 * 255);
    private const byte EndOfStream = 4;

    /// <summary>Six thousand years of Opus: sums with it do not overflow.</summary>
    private const long MostGranules = 1L << 53;

    /// <summary>RFC 3533, section 6: most significant bit first, from zero.</summary>
    private static readonly Crc32ParameterSet ChecksumParameters = Crc32ParameterSet.Create(
        polynomial: 0x04C11DB7, initialValue: 0, finalXorValue: 0, reflectValues: false);

    /// <exception cref="AudioException">
    /// A page of the first stream is missing, or ends before the one that it follows.
    /// </exception>
    public static void Require(string path, Stream file, long start)
    {
        var buffer = new byte[2 * LongestPage];
        var stream = new LogicalStream();
        var checksum = new Crc32(ChecksumParameters);
        file.Position = start;
        var (from, filled, offset) = (0, 0, start);
        var atEnd = false;
        while (true)
        {
            if (filled - from < LongestPage && !atEnd)
            {
                buffer.AsSpan(from..filled).CopyTo(buffer);
                (from, filled, offset) = (0, filled - from, offset + from);
                filled += file.ReadAtLeast(buffer.AsSpan(filled), buffer.Length - filled, throwOnEndOfStream: false);
                atEnd = filled < buffer.Length;
            }

            var rest = buffer.AsSpan(from..filled);
            var skip = rest.IndexOf("OggS"u8);
            if (skip < 0 && atEnd)
            {
                return;
            }

            if (skip != 0)
            {
                from = skip < 0 ? filled - 3 : from + skip;
                continue;
            }

            var length = PageLength(checksum, rest);
            if (length == 0)
            {
                from++;
                continue;
            }

            if (stream.Problem(rest[..length]) is { } problem)
            {
                throw new AudioException(
                    $"{path}: the Ogg page at byte {offset + from} {problem}; the file is damaged, encode the "
                    + "recording again.");
            }

            if (stream.HasEnded)
            {
                return;
            }

            from += length;
        }
    }

    /// <summary>Bytes of the page that begins here, 0 where there is none.</summary>
    private static int PageLength(Crc32 checksum, ReadOnlySpan<byte> data)
    {
        if (data.Length < HeaderLength || data.Length < HeaderLength + data[26])
        {
            return 0;
        }

        var length = HeaderLength + data[26];
        foreach (var segment in data.Slice(HeaderLength, data[26]))
        {
            length += segment;
        }

        return length <= data.Length
            && Checksum(checksum, data[..length]) == BinaryPrimitives.ReadUInt32LittleEndian(data[22..])
            ? length
            : 0;
    }

    /// <summary>Of a page, its own four bytes taken as zero.</summary>
    private static uint Checksum(Crc32 checksum, ReadOnlySpan<byte> page)
    {
        checksum.Reset();
        checksum.Append(page[..22]);
        checksum.Append("\0\0\0\0"u8);
        checksum.Append(page[26..]);
        return checksum.GetCurrentHashAsUInt32();
    }

    /// <summary>The stream that the first page begins; libsndfile reads no other.</summary>
    private sealed class LogicalStream
    {
        private uint? _serial;
        private bool _isOpus;
        private uint _nextSequence;
        private long _granules;

        public bool HasEnded { get; private set; }

        /// <summary>What is wrong with the page, in words that follow "the page", or null.</summary>
        public string? Problem(ReadOnlySpan<byte> page)
        {
            var segments = page.Slice(HeaderLength, page[26]);
            var sequence = BinaryPrimitives.ReadUInt32LittleEndian(page[18..]);
            var owner = BinaryPrimitives.ReadUInt32LittleEndian(page[14..]);
            if (_serial is null)
            {
                _serial = owner;
                _isOpus = page[(HeaderLength + segments.Length)..].StartsWith("OpusHead"u8);
                _nextSequence = sequence;
            }
            else if (owner != _serial)
            {
                return null;
            }

            if (sequence != _nextSequence)
            {
                return $"is number {sequence} of its stream where {_nextSequence} must follow";
            }

            _nextSequence++;
            HasEnded = (page[5] & EndOfStream) != 0;

            // A packet ends with a segment shorter than 255 bytes; a page in which none ends has no granule position.
            if (!_isOpus || segments.IndexOfAnyExcept((byte)255) < 0)
            {
                return null;
            }

            var before = _granules;
            _granules = BinaryPrimitives.ReadInt64LittleEndian(page[6..]);
            return _granules >= before && _granules < MostGranules
                ? null
                : $"ends at sample {_granules}; it must be from {before}, where the last one ends, to {MostGranules}";
        }
    }
}
