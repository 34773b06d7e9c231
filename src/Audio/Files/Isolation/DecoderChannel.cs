using System.Buffers.Binary;

namespace Speaker.Audio.Files.Isolation;

/// <summary>What the two processes say to each other.</summary>
internal enum DecoderMessage : byte
{
    /// <summary>To the decoder: a file of so many bytes (Int64) is to be decoded.</summary>
    Open = 1,

    /// <summary>To the decoder: the bytes that it asked for, fewer at the end of the file.</summary>
    Bytes,

    /// <summary>From the decoder: bytes are needed from a place (Int64) on, so many (Int32).</summary>
    Read,

    /// <summary>From the decoder: the file is open; rate (Int32), channels (Int32), claimed frames (Int64).</summary>
    Opened,

    /// <summary>From the decoder: samples, channels interleaved; none at the end.</summary>
    Samples,

    /// <summary>From the decoder: the file cannot be decoded; error number (Int32), what libsndfile says (UTF-8).</summary>
    Failed,
}

/// <summary>
/// Messages over a pair of pipes: a byte that says which, its length, its content. Both sides are this program, on one
/// machine. Not thread safe.
/// </summary>
internal sealed class DecoderChannel(Stream input, Stream output)
{
    /// <summary>Longest content that is sent.</summary>
    public const int MostBytes = 1 << 18;

    private const int HeaderLength = 5;

    private readonly byte[] _header = new byte[HeaderLength];
    private readonly byte[] _content = new byte[MostBytes];
    private readonly byte[] _sent = new byte[HeaderLength + MostBytes];

    /// <summary>Sends a message.</summary>
    /// <exception cref="IOException">The other side is gone.</exception>
    public void Send(DecoderMessage message, ReadOnlySpan<byte> content)
    {
        _sent[0] = (byte)message;
        BinaryPrimitives.WriteInt32LittleEndian(_sent.AsSpan(1), content.Length);
        content.CopyTo(_sent.AsSpan(HeaderLength));
        output.Write(_sent, 0, HeaderLength + content.Length);
        output.Flush();
    }

    /// <summary>Waits for the next message.</summary>
    /// <param name="content">Valid until the next call.</param>
    /// <returns>Null where the other side is gone.</returns>
    /// <exception cref="IOException">The other side is gone, or speaks another language.</exception>
    public DecoderMessage? Receive(out ReadOnlySpan<byte> content)
    {
        content = [];
        var read = input.ReadAtLeast(_header, HeaderLength, throwOnEndOfStream: false);
        var length = BinaryPrimitives.ReadInt32LittleEndian(_header.AsSpan(1));
        if (read < HeaderLength)
        {
            return null;
        }

        if (length is < 0 or > MostBytes)
        {
            throw new IOException($"a message of {length} bytes");
        }

        if (input.ReadAtLeast(_content.AsSpan(0, length), length, throwOnEndOfStream: false) < length)
        {
            return null;
        }

        content = _content.AsSpan(0, length);
        return (DecoderMessage)_header[0];
    }
}
