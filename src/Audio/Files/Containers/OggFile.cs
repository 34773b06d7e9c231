using System.Buffers.Binary;
using System.IO.Hashing;

namespace Speaker.Audio.Files.Containers;

/// <summary>
/// The streams of sound in an Ogg file (RFC 3533), found by its pages: of those that run side by side, such as pictures and
/// sound, the first with sound; of those that follow one another (a chained file), all. What has a wrong checksum is no
/// page.
/// </summary>
internal static class OggFile
{
    private const int LongestPage = OggStream.PageHeaderLength + 255 + (255 * 255);
    private const byte FirstPage = 2;

    /// <summary>Streams and pieces of them that are kept: more than any recording has, and little memory.</summary>
    private const int MostPieces = 1 << 20;

    /// <summary>RFC 3533, section 6: most significant bit first, from zero.</summary>
    private static readonly Crc32ParameterSet ChecksumParameters = Crc32ParameterSet.Create(
        polynomial: 0x04C11DB7, initialValue: 0, finalXorValue: 0, reflectValues: false);

    /// <summary>Looks at every page of the file.</summary>
    /// <param name="file">Seekable.</param>
    /// <param name="start">Of its first page.</param>
    /// <returns>In order of time; at least one.</returns>
    /// <exception cref="InvalidDataException">No stream of sound; a page is missing, or ends before the one that it
    /// follows.</exception>
    public static (IReadOnlyList<OggStream> Streams, IReadOnlyList<RecordingNote> Notes) Read(Stream file, long start)
    {
        var heard = new List<OggStream>();
        OggStream? current = null;
        var isHead = false;
        var pieces = 0;
        var pages = new PageReader(file, start);
        while (pages.TryNext(out var page, out var position))
        {
            var begins = (page[5] & FirstPage) != 0;
            if (begins && !isHead)
            {
                // All streams that run side by side begin before any of them goes on.
                current = null;
            }

            isHead = begins;
            if (begins && current is null && new OggStream(page) is { Codec: not OggCodec.Other } found)
            {
                current = found;
                heard.Add(found);
                pieces++;
            }

            if (current is null || OggStream.SerialOf(page) != current.Serial || current.HasEnded)
            {
                continue;
            }

            pieces -= current.Pages.Count;
            if (current.Add(page, position) is { } problem)
            {
                throw new InvalidDataException(
                    $"the Ogg page at byte {position} {problem}; the file is damaged, encode the recording again");
            }

            pieces += current.Pages.Count;
            if (pieces > MostPieces)
            {
                throw new InvalidDataException($"its Ogg streams lie in more than {MostPieces} pieces");
            }
        }

        if (heard.Count == 0)
        {
            throw new InvalidDataException("it is Ogg in which no stream of sound begins");
        }

        return (heard, heard.All(stream => stream.HasEnded) && !pages.EndsWithinPage ? [] : [Cut]);
    }

    private static RecordingNote Cut { get; } = new(
        RecordingIssue.Cut, "cut: the Ogg page that ends the stream is missing; copy or record it again");

    /// <summary>Page after page, in the memory of two.</summary>
    private sealed class PageReader(Stream file, long start)
    {
        private readonly byte[] _buffer = new byte[2 * LongestPage];
        private readonly Crc32 _checksum = new(ChecksumParameters);
        private long _offset = start;
        private int _from;
        private int _filled;
        private bool _atEnd;

        /// <summary>Whether, at the end of the file, a page has begun that is not all there.</summary>
        public bool EndsWithinPage { get; private set; }

        public bool TryNext(out ReadOnlySpan<byte> page, out long position)
        {
            while (true)
            {
                if (_filled - _from < LongestPage && !_atEnd)
                {
                    Fill();
                }

                var rest = _buffer.AsSpan(_from.._filled);
                var skip = rest.IndexOf("OggS"u8);
                if (skip < 0 && _atEnd)
                {
                    page = [];
                    position = 0;
                    return false;
                }

                if (skip != 0)
                {
                    _from = skip < 0 ? _filled - 3 : _from + skip;
                    continue;
                }

                var length = Length(rest);
                if (length > 0)
                {
                    page = rest[..length];
                    position = _offset + _from;
                    EndsWithinPage = false;
                    _from += length;
                    return true;
                }

                EndsWithinPage = _atEnd;
                _from++;
            }
        }

        private void Fill()
        {
            _buffer.AsSpan(_from.._filled).CopyTo(_buffer);
            (_from, _filled, _offset) = (0, _filled - _from, _offset + _from);
            file.Position = _offset + _filled;
            _filled += file.ReadAtLeast(_buffer.AsSpan(_filled), _buffer.Length - _filled, throwOnEndOfStream: false);
            _atEnd = _filled < _buffer.Length;
        }

        /// <summary>Bytes of the page that begins here, 0 where there is none.</summary>
        private int Length(ReadOnlySpan<byte> data)
        {
            const int header = OggStream.PageHeaderLength;
            if (data.Length < header || data.Length < header + data[26])
            {
                return 0;
            }

            var length = header + data[26];
            foreach (var segment in data.Slice(header, data[26]))
            {
                length += segment;
            }

            return length <= data.Length
                && Checksum(data[..length]) == BinaryPrimitives.ReadUInt32LittleEndian(data[22..])
                ? length
                : 0;
        }

        /// <summary>Of a page, its own four bytes taken as zero.</summary>
        private uint Checksum(ReadOnlySpan<byte> page)
        {
            _checksum.Reset();
            _checksum.Append(page[..22]);
            _checksum.Append("\0\0\0\0"u8);
            _checksum.Append(page[26..]);
            return _checksum.GetCurrentHashAsUInt32();
        }
    }
}
