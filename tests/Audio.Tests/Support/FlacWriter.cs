namespace Speaker.Audio.Tests.Support;

/// <summary>
/// Writes FLAC by the letter of RFC 9639, bit by bit and without compressing: what libsndfile does not write (32 bits), and
/// streams whose headers lie. Checksums are summed bit by bit.
/// </summary>
internal sealed class FlacWriter
{
    private readonly List<byte> _bytes = [];
    private int _free;

    /// <summary>A whole stream of frames of 4,096 samples of each channel; every other frame of two channels holds
    /// their difference in the place of the second.</summary>
    /// <param name="samples">[channel][time], in units of the last bit.</param>
    /// <param name="rate">Up to 1,048,575.</param>
    /// <param name="bits">4 to 32.</param>
    /// <param name="total">What the header says of the length; null is the truth.</param>
    public static byte[] Write(int[][] samples, int rate, int bits, long? total = null)
    {
        const int block = 4096;
        var writer = new FlacWriter();
        writer.Put(0x664C6143, 32);
        writer.Put(0x80, 8);
        writer.Put(34, 24);
        writer.Put(block, 16);
        writer.Put(block, 16);
        writer.Put(0, 48);
        writer.Put(rate, 20);
        writer.Put(samples.Length - 1, 3);
        writer.Put(bits - 1, 5);
        writer.Put(total ?? samples[0].Length, 36);
        writer.Put(0, 64);
        writer.Put(0, 64);
        for (int start = 0, number = 0; start < samples[0].Length; start += block, number++)
        {
            var length = Math.Min(block, samples[0].Length - start);
            writer.PutFrame([.. samples.Select(channel => channel[start..(start + length)])], bits, number);
        }

        return [.. writer._bytes];
    }

    private void PutFrame(int[][] samples, int bits, int number)
    {
        var start = _bytes.Count;
        var isSide = samples.Length == 2 && number % 2 == 1;
        Put(0xFFF8, 16);
        Put(7, 4); // the length follows in 16 bits
        Put(0, 4); // the rate of the header
        Put(isSide ? 8 : samples.Length - 1, 4);
        Put(0, 3); // the bits of the header
        Put(0, 1);
        Put(number, 8);
        Put(samples[0].Length - 1, 16);
        Put(Sum(start, 8, 0x07), 8);
        for (var channel = 0; channel < samples.Length; channel++)
        {
            Put(2, 8); // verbatim
            for (var i = 0; i < samples[0].Length; i++)
            {
                var side = isSide && channel == 1;
                Put(side ? samples[0][i] - (long)samples[1][i] : samples[channel][i], bits + (side ? 1 : 0));
            }
        }

        _free = 0;
        Put(Sum(start, 16, 0x8005), 16);
    }

    private void Put(long value, int bits)
    {
        for (var bit = bits - 1; bit >= 0; bit--)
        {
            if (_free == 0)
            {
                _bytes.Add(0);
                _free = 8;
            }

            _free--;
            _bytes[^1] |= (byte)(((value >> bit) & 1) << _free);
        }
    }

    private int Sum(int start, int width, int polynomial)
    {
        var sum = 0;
        foreach (var value in _bytes.Skip(start))
        {
            sum ^= value << (width - 8);
            for (var bit = 0; bit < 8; bit++)
            {
                sum = (sum & (1 << (width - 1))) != 0 ? (sum << 1) ^ polynomial : sum << 1;
            }

            sum &= (1 << width) - 1;
        }

        return sum;
    }
}
