using System.Buffers.Binary;

namespace Speaker.Audio.Files.Containers;

/// <summary>What a stream of an Ogg file is encoded with, by its first page.</summary>
internal enum OggCodec
{
    /// <summary>Pictures, text, or what is not known.</summary>
    Other,
    Vorbis,
    Opus,
    Flac,
    Speex,
}

/// <summary>
/// One stream of an Ogg file, page by page: where its pages lie, and what must hold for them before libsndfile 1.2 sees
/// them. Where a page of a stream is missing it decodes a packet that is not there any more, and where the granule positions
/// of an Opus stream go back it takes the end of the stream for up to 2^31 samples: it allocates them, hands out what lay in
/// that memory as sound, and, where they cannot be allocated, ends the process at the next read.
/// </summary>
internal sealed class OggStream
{
    public const int PageHeaderLength = 27;
    private const byte LastPage = 4;

    /// <summary>Six thousand years of Opus: sums with it do not overflow.</summary>
    private const long MostGranules = 1L << 53;

    private readonly List<ByteRange> _pages = [];
    private uint _nextSequence;
    private long _granules;

    /// <param name="firstPage">The page that begins it.</param>
    public OggStream(ReadOnlySpan<byte> firstPage)
    {
        Serial = SerialOf(firstPage);
        _nextSequence = SequenceOf(firstPage);
        var packet = firstPage[(PageHeaderLength + firstPage[26])..];
        Codec = packet.StartsWith("OpusHead"u8) ? OggCodec.Opus
            : packet.StartsWith("\u0001vorbis"u8) ? OggCodec.Vorbis
            : packet.StartsWith("\u007fFLAC"u8) ? OggCodec.Flac
            : packet.StartsWith("Speex   "u8) ? OggCodec.Speex
            : OggCodec.Other;
    }

    /// <summary>The number that all pages of the stream carry.</summary>
    public uint Serial { get; }

    public OggCodec Codec { get; }

    /// <summary>Whether its last page was seen.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Its pages, those that lie next to each other in one.</summary>
    public IReadOnlyList<ByteRange> Pages => _pages;

    public static uint SerialOf(ReadOnlySpan<byte> page) => BinaryPrimitives.ReadUInt32LittleEndian(page[14..]);

    /// <summary>Takes the next of its pages.</summary>
    /// <returns>What is wrong with the page, in words that follow "the page", or null.</returns>
    public string? Add(ReadOnlySpan<byte> page, long position)
    {
        var sequence = SequenceOf(page);
        if (sequence != _nextSequence)
        {
            return $"is number {sequence} of its stream where {_nextSequence} must follow";
        }

        _nextSequence++;
        HasEnded = (page[5] & LastPage) != 0;
        if (_pages.Count > 0 && _pages[^1].End == position)
        {
            _pages[^1] = _pages[^1] with { Length = _pages[^1].Length + page.Length };
        }
        else
        {
            _pages.Add(new ByteRange(position, page.Length));
        }

        // A packet ends with a segment shorter than 255 bytes; a page in which none ends has no granule position.
        if (Codec != OggCodec.Opus || page.Slice(PageHeaderLength, page[26]).IndexOfAnyExcept((byte)255) < 0)
        {
            return null;
        }

        var before = _granules;
        _granules = BinaryPrimitives.ReadInt64LittleEndian(page[6..]);
        return _granules >= before && _granules < MostGranules
            ? null
            : $"ends at sample {_granules}; it must be from {before}, where the last one ends, to {MostGranules}";
    }

    private static uint SequenceOf(ReadOnlySpan<byte> page) => BinaryPrimitives.ReadUInt32LittleEndian(page[18..]);
}
