using System.Numerics;
using System.Runtime.CompilerServices;

namespace Speaker.Audio.Numerics;

/// <summary>
/// Natural logarithms, to two units in the last place, by additions, products and one quotient alone: the runtime's own
/// differ in the last bit from one set of vector instructions to another, and these do not. With x = m 2^e and m from
/// the root of 1/2 to the root of 2, ln x = e ln 2 + 2 artanh s, s = (m - 1) / (m + 1), by the series of artanh.
/// </summary>
internal static class LaneLogarithm
{
    /// <summary>What moves a number below the normal ones, which has fewer digits, among them: 2^24.</summary>
    private const int Shift = 24;

    /// <summary>The bits of the square root of 1/2: m lies from it to twice it.</summary>
    private const int SmallestBits = 0x3f3504f3;

    private const int MantissaBits = 23;

    private const float SmallestNormal = 1.17549435e-38f;

    /// <summary>ln 2 in two parts, the first so short that its products with exponents are exact.</summary>
    private const float LogTwo = 355f / 512;

    private const float LogTwoRest = (float)(0.69314718055994530942 - (355.0 / 512));

    /// <summary>
    /// Of each lane. As <see cref="MathF.Log(float)"/> has it, 0 gives negative infinity, what is below 0 gives NaN,
    /// and positive infinity and NaN come back as they are.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Natural(Vector<float> x)
    {
        var small = Vector.LessThan(x, new Vector<float>(SmallestNormal));
        var bits = Vector.AsVectorInt32(Vector.ConditionalSelect(small, x * (1 << Shift), x))
            - new Vector<int>(SmallestBits);
        var exponent = Vector.ConvertToSingle(
            Vector.ShiftRightArithmetic(bits, MantissaBits) + (small & new Vector<int>(-Shift)));
        var m = Vector.AsVectorSingle(
            (bits & new Vector<int>((1 << MantissaBits) - 1)) + new Vector<int>(SmallestBits));
        var s = (m - Vector<float>.One) / (m + Vector<float>.One);
        var square = s * s;
        var series = (square * (1f / 9)) + new Vector<float>(1f / 7);
        series = (series * square) + new Vector<float>(1f / 5);
        series = (series * square) + new Vector<float>(1f / 3);
        var twice = s + s;
        var result = (exponent * LogTwo) + (twice + ((twice * square * series) + (exponent * LogTwoRest)));
        var finite = Vector.GreaterThan(x, Vector<float>.Zero)
            & Vector.LessThan(x, new Vector<float>(float.PositiveInfinity));
        return Vector.ConditionalSelect(finite, result, AtTheEnds(x));
    }

    /// <summary>Where the formula does not hold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> AtTheEnds(Vector<float> x)
    {
        var rest = Vector.ConditionalSelect(
            Vector.LessThan(x, Vector<float>.Zero), new Vector<float>(float.NaN), x);
        return Vector.ConditionalSelect(
            Vector.Equals(x, Vector<float>.Zero), new Vector<float>(float.NegativeInfinity), rest);
    }
}
