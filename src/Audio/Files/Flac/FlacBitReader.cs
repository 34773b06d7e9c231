using System.Buffers.Binary;
using System.Numerics;

namespace Speaker.Audio.Files.Flac;

/// <summary>
/// A stream bit by bit, the highest bit of a byte first. What was read since <see cref="Mark"/> is kept, to be summed.
/// </summary>
internal sealed class FlacBitReader(Stream stream)
{
    private const int FirstLength = 1 << 16;

    /// <summary>The longest frame: 65,536 samples of 8 channels of 33 bits, verbatim, and as much again.</summary>
    private const int LongestMarked = 1 << 22;

    private byte[] _buffer = new byte[FirstLength];

    /// <summary>Bits that were read from the buffer and not taken yet; below them the cache may hold the first bits of the
    /// byte at <see cref="_next"/>.</summary>
    private int _bits;
    private ulong _cache;
    private int _next;
    private int _filled;
    private int _mark;
    private long _offset;

    /// <summary>Where in the stream the next bit lies, in bytes; right between bytes.</summary>
    public long Position => _offset + _next - (_bits / 8);

    /// <summary>Begins what <see cref="Marked"/> is; between bytes only.</summary>
    public void Mark() => _mark = _next - (_bits / 8);

    /// <summary>All bytes since the mark; between bytes only, until the next read.</summary>
    public ReadOnlySpan<byte> Marked => _buffer.AsSpan(_mark..Here);

    private int Here => _next - (_bits / 8);

    /// <summary>An unsigned number.</summary>
    /// <param name="count">Its bits, 0 to 32.</param>
    /// <exception cref="EndOfStreamException">The stream ends before.</exception>
    public uint Read(int count)
    {
        if (count == 0)
        {
            return 0;
        }

        Require(count);
        var value = (uint)(_cache >> (64 - count));
        Take(count);
        return value;
    }

    /// <summary>A number in two's complement.</summary>
    /// <param name="count">Its bits, 0 to 33.</param>
    /// <exception cref="EndOfStreamException">The stream ends before.</exception>
    public long ReadSigned(int count)
    {
        if (count == 0)
        {
            return 0;
        }

        Require(count);
        var value = (long)_cache >> (64 - count);
        Take(count);
        return value;
    }

    /// <summary>Zeros up to the next one, which is taken too.</summary>
    /// <exception cref="EndOfStreamException">The stream ends before.</exception>
    public uint ReadUnary()
    {
        var zeros = 0u;
        while (true)
        {
            Require(1);
            var leading = BitOperations.LeadingZeroCount(_cache);
            if (leading < _bits)
            {
                Take(leading + 1);
                return zeros + (uint)leading;
            }

            zeros += (uint)_bits;
            Take(_bits);
        }
    }

    /// <summary>Leaves out the bits up to the next byte.</summary>
    public void Align() => Take(_bits % 8);

    /// <summary>Leaves out whole bytes; between bytes only.</summary>
    /// <exception cref="EndOfStreamException">The stream ends before.</exception>
    public void Skip(long bytes)
    {
        while (bytes > 0)
        {
            Mark();
            var count = (int)Math.Min(bytes, 4);
            Read(8 * count);
            bytes -= count;
        }
    }

    /// <summary>The next bytes without taking them; fewer at the end of the stream. Between bytes only.</summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        while (_filled - Here < count && Fill())
        {
        }

        return _buffer.AsSpan(Here, Math.Min(count, _filled - Here));
    }

    private void Require(int count)
    {
        while (_bits < count)
        {
            if (_filled - _next >= sizeof(ulong))
            {
                _cache |= BinaryPrimitives.ReadUInt64BigEndian(_buffer.AsSpan(_next)) >> _bits;
                var bytes = (63 - _bits) >> 3;
                _next += bytes;
                _bits += 8 * bytes;
            }
            else if (_next < _filled)
            {
                while (_next < _filled && _bits <= 56)
                {
                    _cache |= (ulong)_buffer[_next++] << (56 - _bits);
                    _bits += 8;
                }

                if (_bits < count && !Fill())
                {
                    throw new EndOfStreamException();
                }
            }
            else if (!Fill())
            {
                throw new EndOfStreamException();
            }
        }
    }

    private void Take(int count)
    {
        // A shift by 64 would be one by 0.
        _cache = count == 64 ? 0 : _cache << count;
        _bits -= count;
    }

    /// <summary>Reads on, keeping what was marked and what is not taken.</summary>
    private bool Fill()
    {
        if (_filled == _buffer.Length)
        {
            var kept = _filled - _mark;
            if (kept > LongestMarked)
            {
                throw new SoundFileException($"the FLAC frame at byte {_offset + _mark} has no end");
            }

            var target = kept > _buffer.Length / 2 ? new byte[2 * _buffer.Length] : _buffer;
            _buffer.AsSpan(_mark, kept).CopyTo(target);
            _buffer = target;
            _offset += _mark;
            _next -= _mark;
            _filled = kept;
            _mark = 0;
        }

        var read = stream.Read(_buffer.AsSpan(_filled));
        _filled += read;
        return read > 0;
    }
}
