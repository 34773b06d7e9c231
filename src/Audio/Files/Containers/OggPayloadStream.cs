namespace Speaker.Audio.Files.Containers;

/// <summary>What the pages of a stream carry, without the pages. Read forwards only.</summary>
/// <param name="pages">Whole pages, one after the other.</param>
internal sealed class OggPayloadStream(Stream pages) : Stream
{
    private readonly byte[] _header = new byte[OggStream.PageHeaderLength + 255];
    private int _left;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        while (_left == 0)
        {
            var header = _header.AsSpan(0, OggStream.PageHeaderLength);
            if (pages.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
            {
                return 0;
            }

            var segments = _header.AsSpan(OggStream.PageHeaderLength, header[26]);
            pages.ReadExactly(segments);
            foreach (var segment in segments)
            {
                _left += segment;
            }
        }

        var read = pages.Read(buffer[..Math.Min(buffer.Length, _left)]);
        _left -= read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            pages.Dispose();
        }

        base.Dispose(disposing);
    }
}
