using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Speaker.Audio.Numerics;

/// <summary>
/// Exponential, logistic function and hyperbolic tangent of float32 lanes, by sums, products and quotients alone, each
/// rounded once: the runtime's own differ in the last bit from one set of instructions to another, and these do not.
/// Within a few units in the last place. What is not a number stays so.
/// </summary>
/// <remarks>
/// e^x = 2^n e^r with n the whole number nearest to x / ln 2, so that r is at most ln 2 / 2 either way, and e^r by its
/// series: the first term left out, r^8 / 8!, is below a tenth of the last place.
/// </remarks>
internal static class LaneFunctions
{
    /// <summary>Below it e^x is zero, above <see cref="LargestExponent"/> infinite, in float32.</summary>
    private const float SmallestExponent = -104;

    private const float LargestExponent = 89;

    private const float BinaryLogOfE = 1.44269504f;

    /// <summary>ln 2 in two parts, the first so short that its products by whole numbers to 2^15 are exact.</summary>
    private const float LogTwo = 355f / 512;

    private const float LogTwoRest = (float)(0.69314718055994530942 - (355.0 / 512));

    /// <summary>Added to a number below 2^22 and taken from it again, it leaves the nearest whole number.</summary>
    private const float WholeNumbers = 1.5f * (1 << 23);

    private const int MantissaBits = 23;
    private const int ExponentBias = 127;

    /// <summary>e^x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x)
    {
        var (reduced, exponent) = ReducedExpMinusOne(x);
        // In two steps: 2^n itself may be beyond the largest number or below the smallest.
        var half = Vector256.ShiftRightArithmetic(exponent, 1);
        return (reduced + Vector256<float>.One) * PowerOfTwo(half) * PowerOfTwo(exponent - half);
    }

    /// <summary>1 / (1 + e^-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Sigmoid(Vector256<float> x) =>
        Vector256<float>.One / (Vector256<float>.One + Exp(-x));

    /// <summary>1 / (1 + e^-x) of one number.</summary>
    public static float Sigmoid(float x) => Sigmoid(Vector256.Create(x)).ToScalar();

    /// <summary>|tanh x| = |e^a - 1| / (e^a + 1) with a = -2 |x|: no digits are lost about 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Tanh(Vector256<float> x)
    {
        var signBit = Vector256.Create(-0f);
        var a = (x | signBit) * 2;
        var (reduced, exponent) = ReducedExpMinusOne(Vector256.ConditionalSelect(
            Vector256.LessThan(a, Vector256.Create(-64f)), Vector256.Create(-64f), a));
        var power = PowerOfTwo(exponent);
        var minusOne = (reduced * power) + (power - Vector256<float>.One);
        return Vector256.Abs(minusOne / (minusOne + Vector256.Create(2f))) | (x & signBit);
    }

    /// <summary>e^r - 1 and n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Reduced, Vector256<int> Exponent) ReducedExpMinusOne(Vector256<float> x)
    {
        // Selected rather than clamped: a comparison with what is not a number fails, so that stays.
        var smallest = Vector256.Create(SmallestExponent);
        var largest = Vector256.Create(LargestExponent);
        x = Vector256.ConditionalSelect(Vector256.LessThan(x, smallest), smallest, x);
        x = Vector256.ConditionalSelect(Vector256.GreaterThan(x, largest), largest, x);
        var shifted = (x * BinaryLogOfE) + Vector256.Create(WholeNumbers);
        var exponent = shifted.AsInt32() - Vector256.Create(WholeNumbers).AsInt32();
        var n = shifted - Vector256.Create(WholeNumbers);
        var r = x - (n * LogTwo) - (n * LogTwoRest);
        var series = (r * (1f / 5040)) + Vector256.Create(1f / 720);
        series = (series * r) + Vector256.Create(1f / 120);
        series = (series * r) + Vector256.Create(1f / 24);
        series = (series * r) + Vector256.Create(1f / 6);
        series = (series * r) + Vector256.Create(1f / 2);
        return ((series * (r * r)) + r, exponent);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> PowerOfTwo(Vector256<int> exponent) =>
        Vector256.ShiftLeft(exponent + Vector256.Create(ExponentBias), MantissaBits).AsSingle();
}
