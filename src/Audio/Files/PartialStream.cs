namespace Speaker.Audio.Files;

/// <summary>
/// Some bytes of one's own and then stretches of a file, as one stream: what a decoder is shown of a file when it is not
/// to see the rest. Seekable, for reading only. Not thread safe; the file's own position moves.
/// </summary>
internal sealed class PartialStream : Stream
{
    private readonly byte[] _head;
    private readonly Stream _file;
    private readonly IReadOnlyList<ByteRange> _ranges;

    /// <summary>Where each range begins in this stream, and where the last one ends.</summary>
    private readonly long[] _starts;
    private long _position;

    /// <param name="head">What comes first.</param>
    /// <param name="file">Seekable; it stays the caller's.</param>
    /// <param name="ranges">Of the file, in the order of reading.</param>
    public PartialStream(byte[] head, Stream file, IReadOnlyList<ByteRange> ranges)
    {
        _head = head;
        _file = file;
        _ranges = ranges;
        _starts = new long[ranges.Count + 1];
        _starts[0] = head.Length;
        for (var i = 0; i < ranges.Count; i++)
        {
            _starts[i + 1] = _starts[i] + ranges[i].Length;
        }
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _starts[^1];

    public override long Position
    {
        get => _position;
        set => _position = value >= 0 ? value : throw new IOException("a position before the beginning");
    }

    /// <summary>As many bytes as there are in one piece; 0 at the end.</summary>
    public override int Read(Span<byte> buffer)
    {
        if (_position < _head.Length)
        {
            var rest = _head.AsSpan((int)_position);
            var copied = Math.Min(rest.Length, buffer.Length);
            rest[..copied].CopyTo(buffer);
            _position += copied;
            return copied;
        }

        if (_position >= Length || buffer.IsEmpty)
        {
            return 0;
        }

        // The last range that begins at or before the position: of equal beginnings the last is the one with bytes.
        var index = Array.BinarySearch(_starts, _position);
        index = index < 0 ? ~index - 1 : index;
        while (_starts[index + 1] == _position)
        {
            index++;
        }

        var within = _position - _starts[index];
        _file.Position = _ranges[index].Start + within;
        var read = _file.Read(buffer[..(int)Math.Min(buffer.Length, _ranges[index].Length - within)]);
        _position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        _ => Length,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
