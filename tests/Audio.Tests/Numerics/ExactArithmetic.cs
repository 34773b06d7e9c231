using System.Numerics;

namespace Speaker.Audio.Tests.Numerics;

/// <summary>The fused multiply-add from whole numbers of any size.</summary>
internal static class ExactArithmetic
{
    private const int MantissaBits = 24;

    /// <summary>The exponent of the last bit of the smallest float32 numbers.</summary>
    private const int SmallestExponent = -149;

    /// <summary>x y + z, rounded once to the nearest float32, ties to the even one. All finite.</summary>
    public static float MultiplyAdd(float x, float y, float z)
    {
        var (mx, ex) = Split(x);
        var (my, ey) = Split(y);
        var (mz, ez) = Split(z);
        var exponent = Math.Min(ex + ey, ez);
        var sum = (mx * my << (ex + ey - exponent)) + (mz << (ez - exponent));
        if (sum.IsZero)
        {
            return (x * y) + z;
        }

        var magnitude = BigInteger.Abs(sum);
        var drop = Math.Max((int)magnitude.GetBitLength() - MantissaBits, SmallestExponent - exponent);
        if (drop > 0)
        {
            var rest = magnitude & ((BigInteger.One << drop) - 1);
            var half = BigInteger.One << (drop - 1);
            magnitude >>= drop;
            exponent += drop;
            if (rest > half || (rest == half && !magnitude.IsEven))
            {
                magnitude++;
            }
        }

        // At most 24 bits and an exponent that a double has too, so nothing is rounded again.
        return (float)((double)magnitude * Math.Pow(2, exponent) * sum.Sign);
    }

    private static (BigInteger Mantissa, int Exponent) Split(float value)
    {
        var bits = BitConverter.SingleToInt32Bits(value);
        var exponent = (bits >> 23) & 0xFF;
        var mantissa = (bits & 0x7FFFFF) | (exponent == 0 ? 0 : 0x800000);
        return (bits < 0 ? -mantissa : mantissa, Math.Max(exponent, 1) - 150);
    }
}
