namespace Speaker.Audio.Files.Flac;

/// <summary>The checksums of FLAC frames (RFC 9639, section 9), most significant bit first, from zero.</summary>
internal static class FlacChecksums
{
    private const int Polynomial8 = 0x07;
    private const int Polynomial16 = 0x8005;

    private static readonly byte[] Table8 = [.. Enumerable.Range(0, 256).Select(i => (byte)Remainder(i, 8, Polynomial8))];

    private static readonly ushort[] Table16 =
        [.. Enumerable.Range(0, 256).Select(i => (ushort)Remainder(i << 8, 16, Polynomial16))];

    /// <summary>Of a frame's header.</summary>
    public static byte Of8(ReadOnlySpan<byte> bytes)
    {
        byte sum = 0;
        foreach (var value in bytes)
        {
            sum = Table8[sum ^ value];
        }

        return sum;
    }

    /// <summary>Of a whole frame.</summary>
    public static ushort Of16(ReadOnlySpan<byte> bytes)
    {
        ushort sum = 0;
        foreach (var value in bytes)
        {
            sum = (ushort)((sum << 8) ^ Table16[(sum >> 8) ^ value]);
        }

        return sum;
    }

    private static int Remainder(int value, int width, int polynomial)
    {
        for (var bit = 0; bit < 8; bit++)
        {
            value = (value & (1 << (width - 1))) != 0 ? (value << 1) ^ polynomial : value << 1;
        }

        return value & ((1 << width) - 1);
    }
}
