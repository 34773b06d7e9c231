using System.Buffers.Binary;
using Speaker.Host.Telephone.Sound;

namespace Speaker.Host.Telephone.AudioSocket;

/// <summary>Kinds of frames of Asterisk's AudioSocket.</summary>
internal enum AudioSocketKind : byte
{
    /// <summary>The call has ended.</summary>
    HangUp = 0x00,

    /// <summary>The call's UUID, 16 bytes, big-endian; the first frame.</summary>
    Uuid = 0x01,

    /// <summary>A key was pressed.</summary>
    Dtmf = 0x03,

    /// <summary>Sound of 8 kHz; the kinds that follow are of higher rates.</summary>
    Sound = 0x10,

    /// <summary>Something went wrong at the other side.</summary>
    Error = 0xFF,
}

/// <summary>One frame.</summary>
/// <param name="Kind">The first byte, known or not.</param>
/// <param name="Payload">At most 65,535 bytes, which its length has room for.</param>
internal readonly record struct AudioSocketFrame(AudioSocketKind Kind, byte[] Payload)
{
    /// <summary>Samples a second by kind, from <see cref="AudioSocketKind.Sound"/> on.</summary>
    private static readonly int[] Rates = [8000, 12_000, 16_000, 24_000, 32_000, 44_100, 48_000, 96_000, 192_000];

    /// <summary>How its sound is to be read; null where it is no sound.</summary>
    public SoundFormat? Format =>
        Kind >= AudioSocketKind.Sound && (int)Kind - (int)AudioSocketKind.Sound is var place && place < Rates.Length
            ? new SoundFormat(SoundEncoding.Linear16, Rates[place])
            : null;
}

/// <summary>Reads frames: a byte for the kind, two for the length, big-endian, and so many bytes.</summary>
/// <param name="stream">Buffered: a frame is read in two parts.</param>
internal sealed class AudioSocketFrames(Stream stream)
{
    private const int HeaderBytes = 3;

    private readonly byte[] _header = new byte[HeaderBytes];

    /// <summary>The next frame.</summary>
    /// <returns>Null where the connection was closed between two frames, which counts as hanging up.</returns>
    /// <exception cref="IOException">The connection broke, also in the middle of a frame.</exception>
    public async Task<AudioSocketFrame?> ReadAsync(CancellationToken cancellationToken)
    {
        var read = await stream.ReadAtLeastAsync(
            _header, HeaderBytes, throwOnEndOfStream: false, cancellationToken);
        if (read == 0)
        {
            return null;
        }

        if (read < HeaderBytes)
        {
            throw new EndOfStreamException("the connection was closed in the head of a frame");
        }

        var payload = new byte[BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(1))];
        await stream.ReadExactlyAsync(payload, cancellationToken);
        return new AudioSocketFrame((AudioSocketKind)_header[0], payload);
    }
}
