using System.Buffers.Binary;

namespace Speaker.Audio.Files.Containers;

/// <summary>The header of a frame of MPEG audio (ISO/IEC 11172-3, 13818-3; MPEG 2.5 by Fraunhofer).</summary>
/// <param name="Length">Bytes of the frame, with the header.</param>
/// <param name="FramesASecond">How many of them make a second.</param>
/// <param name="Kind">Version, layer and rate: what all frames of a stream have in common.</param>
/// <param name="TableOffset">Where in a frame of layer 3 the table of a Xing or LAME encoder begins.</param>
internal readonly record struct MpegFrame(int Length, double FramesASecond, int Kind, int TableOffset)
{
    public const int HeaderLength = 4;

    private const int KindMask = unchecked((int)0xFFFE0C00);

    private static readonly int[][] Kilobits =
    [
        [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448], // version 1, layer 1
        [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],    // version 1, layer 2
        [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],     // version 1, layer 3
        [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],    // version 2, layer 1
        [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],         // version 2, layers 2 and 3
    ];

    private static readonly int[] Rates = [44100, 48000, 32000];

    /// <summary>The frame whose header these four bytes are; null where they are none, or its length is not in it.</summary>
    public static MpegFrame? Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderLength)
        {
            return null;
        }

        var header = BinaryPrimitives.ReadInt32BigEndian(bytes);
        var version = (header >> 19) & 3; // 3 is 1, 2 is 2, 0 is 2.5
        var layer = 4 - ((header >> 17) & 3);
        var bitrate = (header >> 12) & 15;
        var rate = (header >> 10) & 3;
        if ((uint)header >> 21 != 0x7FF || version == 1 || layer == 4 || bitrate is 0 or 15 || rate == 3
            || (header & 3) == 2)
        {
            return null;
        }

        var isFirst = version == 3;
        var kilobits = Kilobits[isFirst ? layer - 1 : layer == 1 ? 3 : 4][bitrate];
        var hertz = Rates[rate] >> (isFirst ? 0 : version == 2 ? 1 : 2);
        var samples = layer == 1 ? 384 : layer == 3 && !isFirst ? 576 : 1152;
        var padding = (header >> 9) & 1;
        var length = layer == 1
            ? ((12_000 * kilobits / hertz) + padding) * 4
            : (samples / 8 * 1000 * kilobits / hertz) + padding;
        var isMono = ((header >> 6) & 3) == 3;
        var sideLength = isFirst ? isMono ? 17 : 32 : isMono ? 9 : 17;
        return new MpegFrame(length, (double)hertz / samples, header & KindMask, HeaderLength + sideLength);
    }
}
