using System.Numerics;

namespace Speaker.Audio.Files.Flac;

/// <summary>Decodes the frames of one FLAC stream (RFC 9639, section 9). Buffers are reused.</summary>
/// <param name="reader">Between two frames.</param>
/// <param name="info">Of the stream.</param>
internal sealed class FlacFrame(FlacBitReader reader, FlacStreamInfo info)
{
    private const int SyncCode = 0x7FFC; // 14 ones and a zero, and the reserved bit
    private const int LeftSide = 8;
    private const int SideRight = 9;
    private const int MiddleSide = 10;
    private const int MostTaps = 32;

    private readonly long[][] _channels = new long[info.Channels][];
    private readonly long[] _taps = new long[MostTaps];

    /// <summary>Samples of each channel in the last frame.</summary>
    public int Length { get; private set; }

    /// <summary>The last frame's samples of a channel.</summary>
    public ReadOnlySpan<long> this[int channel] => _channels[channel].AsSpan(0, Length);

    /// <summary>Reads and checks the next frame.</summary>
    /// <exception cref="SoundFileException">It is damaged, or none.</exception>
    /// <exception cref="EndOfStreamException">The stream ends within it.</exception>
    public void Read()
    {
        reader.Mark();
        var start = reader.Position;
        var assignment = ReadHeader(start);
        Reserve();
        for (var channel = 0; channel < info.Channels; channel++)
        {
            // A difference of two numbers takes a bit more than they do.
            var isSide = assignment == SideRight ? channel == 0 : assignment >= LeftSide && channel == 1;
            ReadSubframe(_channels[channel].AsSpan(0, Length), info.Bits + (isSide ? 1 : 0), start);
        }

        reader.Align();
        var sum = FlacChecksums.Of16(reader.Marked);
        if (reader.Read(16) != sum)
        {
            throw Damaged(start, "has a wrong checksum");
        }

        Decorrelate(assignment);
    }

    private static SoundFileException Damaged(long start, string how) =>
        new($"the FLAC frame at byte {start} {how}");

    private int ReadHeader(long start)
    {
        if (reader.Read(15) != SyncCode)
        {
            throw Damaged(start, "does not begin as one does");
        }

        reader.Read(1); // whether blocks differ in length: each says how long it is
        var lengthCode = (int)reader.Read(4);
        var rateCode = (int)reader.Read(4);
        var assignment = (int)reader.Read(4);
        var bitsCode = (int)reader.Read(3);
        var reserved = reader.Read(1);
        SkipNumber(start);
        Length = lengthCode switch
        {
            1 => 192,
            >= 2 and <= 5 => 576 << (lengthCode - 2),
            6 => (int)reader.Read(8) + 1,
            7 => (int)reader.Read(16) + 1,
            >= 8 => 256 << (lengthCode - 8),
            _ => 0,
        };
        var rate = rateCode switch
        {
            0 => info.Rate,
            1 => 88200,
            2 => 176400,
            3 => 192000,
            4 => 8000,
            5 => 16000,
            6 => 22050,
            7 => 24000,
            8 => 32000,
            9 => 44100,
            10 => 48000,
            11 => 96000,
            12 => 1000 * (int)reader.Read(8),
            13 => (int)reader.Read(16),
            14 => 10 * (int)reader.Read(16),
            _ => -1,
        };
        var bits = bitsCode switch
        {
            0 => info.Bits,
            1 => 8,
            2 => 12,
            4 => 16,
            5 => 20,
            6 => 24,
            7 => 32,
            _ => -1,
        };
        var sum = FlacChecksums.Of8(reader.Marked);
        if (reader.Read(8) != sum || reserved != 0 || Length == 0 || rate < 0 || bits < 0 || assignment > MiddleSide)
        {
            throw Damaged(start, "has a damaged header");
        }

        var channels = assignment < LeftSide ? assignment + 1 : 2;
        return channels == info.Channels && bits == info.Bits && rate == info.Rate
            ? assignment
            : throw Damaged(
                start,
                $"has {channels} channels of {bits} bits at {rate} Hz where {info.Channels} of {info.Bits} at {info.Rate} "
                + "were announced");
    }

    /// <summary>The number of the frame or its first sample, coded as UTF-8 codes characters, up to seven bytes.</summary>
    private void SkipNumber(long start)
    {
        var first = (byte)reader.Read(8);
        var more = BitOperations.LeadingZeroCount((uint)(byte)~first << 24);
        if (more is 1 or 8)
        {
            throw Damaged(start, "has a damaged header");
        }

        for (var left = more - 1; left > 0; left--)
        {
            reader.Read(8);
        }
    }

    private void Reserve()
    {
        for (var i = 0; i < _channels.Length; i++)
        {
            if ((_channels[i]?.Length ?? 0) < Length)
            {
                _channels[i] = new long[Math.Max(Length, Math.Min(info.MaximumBlockLength, 1 << 14))];
            }
        }
    }

    private void ReadSubframe(Span<long> samples, int bits, long start)
    {
        var padding = reader.Read(1);
        var type = (int)reader.Read(6);
        var wasted = reader.Read(1) == 0 ? 0 : (int)Math.Min(reader.ReadUnary(), 64) + 1;
        bits -= wasted;
        if (padding != 0 || bits < 1)
        {
            throw Damaged(start, "has a damaged subframe");
        }

        switch (type)
        {
            case 0:
                samples.Fill(reader.ReadSigned(bits));
                break;
            case 1:
                ReadVerbatim(samples, bits);
                break;
            case >= 8 and <= 12:
                ReadFixed(samples, bits, type - 8, start);
                break;
            case >= 32:
                ReadPredicted(samples, bits, type - 31, start);
                break;
            default:
                throw Damaged(start, $"has a subframe of the unknown type {type}");
        }

        if (wasted > 0)
        {
            foreach (ref var sample in samples)
            {
                sample <<= wasted;
            }
        }
    }

    private void ReadVerbatim(Span<long> samples, int bits)
    {
        foreach (ref var sample in samples)
        {
            sample = reader.ReadSigned(bits);
        }
    }

    private void ReadFixed(Span<long> samples, int bits, int order, long start)
    {
        RequireOrder(samples, order, start);
        ReadVerbatim(samples[..order], bits);
        ReadResidual(samples, order, start);
        switch (order)
        {
            case 1:
                for (var i = 1; i < samples.Length; i++)
                {
                    samples[i] += samples[i - 1];
                }

                break;
            case 2:
                for (var i = 2; i < samples.Length; i++)
                {
                    samples[i] += (2 * samples[i - 1]) - samples[i - 2];
                }

                break;
            case 3:
                for (var i = 3; i < samples.Length; i++)
                {
                    samples[i] += (3 * samples[i - 1]) - (3 * samples[i - 2]) + samples[i - 3];
                }

                break;
            case 4:
                for (var i = 4; i < samples.Length; i++)
                {
                    samples[i] += (4 * samples[i - 1]) - (6 * samples[i - 2]) + (4 * samples[i - 3]) - samples[i - 4];
                }

                break;
        }
    }

    private void ReadPredicted(Span<long> samples, int bits, int order, long start)
    {
        RequireOrder(samples, order, start);
        ReadVerbatim(samples[..order], bits);
        var precision = (int)reader.Read(4) + 1;
        var shift = (int)reader.ReadSigned(5);
        if (precision > 15 || shift < 0)
        {
            throw Damaged(start, "has a damaged predictor");
        }

        // The last coefficient first, so that taps and samples run the same way.
        var taps = _taps.AsSpan(0, order);
        for (var i = order - 1; i >= 0; i--)
        {
            taps[i] = reader.ReadSigned(precision);
        }

        ReadResidual(samples, order, start);
        for (var i = order; i < samples.Length; i++)
        {
            var past = samples.Slice(i - order, taps.Length);
            long sum = 0;
            for (var tap = 0; tap < taps.Length; tap++)
            {
                sum += taps[tap] * past[tap];
            }

            samples[i] += sum >> shift;
        }
    }

    private static void RequireOrder(Span<long> samples, int order, long start)
    {
        if (order > samples.Length)
        {
            throw Damaged(start, "has a predictor that is longer than the frame");
        }
    }

    /// <summary>Rice codes in partitions of equal length, the first of them shorter by the samples before it.</summary>
    private void ReadResidual(Span<long> samples, int order, long start)
    {
        var method = reader.Read(2);
        var partitionOrder = (int)reader.Read(4);
        var length = samples.Length >> partitionOrder;
        if (method > 1 || length << partitionOrder != samples.Length || length < order)
        {
            throw Damaged(start, "has damaged residuals");
        }

        var parameterBits = method == 0 ? 4 : 5;
        var from = order;
        for (var to = length; to <= samples.Length; to += length)
        {
            var parameter = (int)reader.Read(parameterBits);
            if (parameter == (1 << parameterBits) - 1)
            {
                ReadVerbatim(samples[from..to], (int)reader.Read(5));
            }
            else
            {
                foreach (ref var sample in samples[from..to])
                {
                    var code = ((ulong)reader.ReadUnary() << parameter) | reader.Read(parameter);
                    sample = (long)(code >> 1) ^ -(long)(code & 1);
                }
            }

            from = to;
            if (length == 0)
            {
                break;
            }
        }
    }

    private void Decorrelate(int assignment)
    {
        if (assignment < LeftSide)
        {
            return;
        }

        var first = _channels[0].AsSpan(0, Length);
        var second = _channels[1].AsSpan(0, Length);
        for (var i = 0; i < first.Length; i++)
        {
            var (a, b) = (first[i], second[i]);
            (first[i], second[i]) = assignment switch
            {
                LeftSide => (a, a - b),
                SideRight => (a + b, b),
                _ => (((2 * a) + (b & 1) + b) >> 1, ((2 * a) + (b & 1) - b) >> 1),
            };
        }
    }
}
