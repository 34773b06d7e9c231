namespace Speaker.Audio.Files.Flac;

/// <summary>What the first metadata block of a FLAC stream says (RFC 9639, section 8.2).</summary>
/// <param name="MaximumBlockLength">Samples of each channel in the longest frame.</param>
/// <param name="Rate">Samples a second of each channel.</param>
/// <param name="Channels">1 to 8.</param>
/// <param name="Bits">Of a sample, 4 to 32.</param>
/// <param name="Frames">Samples of each channel in the whole stream; 0 where nobody knew.</param>
internal sealed record FlacStreamInfo(int MaximumBlockLength, int Rate, int Channels, int Bits, long Frames)
{
    private const int Length = 34;

    /// <summary>Reads everything before the first frame: the magic number and the metadata blocks.</summary>
    /// <exception cref="SoundFileException">It does not begin as a FLAC stream does.</exception>
    /// <exception cref="EndOfStreamException">The stream ends before.</exception>
    public static FlacStreamInfo Read(FlacBitReader reader)
    {
        if (reader.Read(32) != 0x664C6143) // fLaC
        {
            throw new SoundFileException("no FLAC stream begins where one should");
        }

        FlacStreamInfo? info = null;
        bool isLast;
        do
        {
            isLast = reader.Read(1) == 1;
            var type = reader.Read(7);
            var length = (int)reader.Read(24);
            if (info is null)
            {
                if (type != 0 || length != Length)
                {
                    throw new SoundFileException("its first FLAC metadata block is no STREAMINFO of 34 bytes");
                }

                info = Of(reader);
            }
            else
            {
                reader.Skip(length);
            }
        }
        while (!isLast);
        return info;
    }

    private static FlacStreamInfo Of(FlacBitReader reader)
    {
        reader.Skip(2); // the shortest block
        var longest = (int)reader.Read(16);
        reader.Skip(6); // the shortest and the longest frame
        var rate = (int)reader.Read(20);
        var channels = (int)reader.Read(3) + 1;
        var bits = (int)reader.Read(5) + 1;
        var frames = ((long)reader.Read(4) << 32) | reader.Read(32);
        reader.Skip(16); // MD5
        return longest >= 1 && bits >= 4
            ? new FlacStreamInfo(longest, rate, channels, bits, frames)
            : throw new SoundFileException($"its STREAMINFO gives blocks of {longest} samples and {bits} bits a sample");
    }
}
