using System.Buffers.Binary;

namespace Speaker.Audio.Files.Containers;

/// <summary>
/// Goes from chunk to chunk of a RIFF or IFF file, only ever forwards and not through more than a bounded number, so that
/// no size in a header keeps it for ever. What a chunk holds is not looked at here, and lists within lists by nobody.
/// </summary>
internal sealed class ChunkReader(Stream file, long start, bool isBigEndian)
{
    private const int HeaderLength = 8;
    private const int MostChunks = 4096;

    /// <summary>Larger than any chunk is; sums with it do not overflow.</summary>
    public const long MostBytes = 1L << 56;

    private readonly byte[] _header = new byte[HeaderLength];
    private long _next = start;
    private int _count;

    /// <summary>Four characters.</summary>
    public ReadOnlySpan<byte> Name => _header.AsSpan(0, 4);

    /// <summary>Bytes of its content, by its own header.</summary>
    public uint ClaimedLength => ToUInt32(_header.AsSpan(4));

    /// <summary>Where its content begins.</summary>
    public long Start { get; private set; }

    /// <summary>Bytes from there to the end of the file.</summary>
    public long Rest => file.Length - Start;

    /// <summary>Moves to the next chunk's header, if there is a whole one.</summary>
    /// <exception cref="InvalidDataException">More chunks than any recording has.</exception>
    public bool Next()
    {
        if (_next > file.Length - HeaderLength)
        {
            return false;
        }

        if (++_count > MostChunks)
        {
            throw new InvalidDataException($"it has more than {MostChunks} chunks");
        }

        file.Position = _next;
        file.ReadExactly(_header);
        Start = _next + HeaderLength;
        Skip(ClaimedLength);
        return true;
    }

    /// <summary>Makes the chunk as long as this, whatever its header claims.</summary>
    public void Skip(long length)
    {
        _next = Start + Math.Min(length, MostBytes);
        if (length % 2 != 0 && _next < file.Length)
        {
            // A chunk of odd length is followed by a zero, which not every program writes.
            file.Position = _next;
            _next += file.ReadByte() == 0 ? 1 : 0;
        }
    }

    /// <summary>Reads the beginning of the chunk's content.</summary>
    /// <returns>As many bytes as there are.</returns>
    public ReadOnlySpan<byte> Read(Span<byte> buffer)
    {
        file.Position = Start;
        return buffer[..file.ReadAtLeast(
            buffer[..(int)Math.Min(buffer.Length, ClaimedLength)], (int)Math.Min(buffer.Length, ClaimedLength),
            throwOnEndOfStream: false)];
    }

    /// <summary>Whether what begins here is a chunk rather than sound: it has a name, and it fits into the file.</summary>
    public bool IsChunkAt(long position)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        file.Position = position;
        return file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) == HeaderLength
            && !header[..4].ContainsAnyExceptInRange((byte)' ', (byte)'~')
            && ToUInt32(header[4..]) <= file.Length - position - HeaderLength;
    }

    public ushort ToUInt16(ReadOnlySpan<byte> bytes) => isBigEndian
        ? BinaryPrimitives.ReadUInt16BigEndian(bytes)
        : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    public uint ToUInt32(ReadOnlySpan<byte> bytes) => isBigEndian
        ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
        : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
