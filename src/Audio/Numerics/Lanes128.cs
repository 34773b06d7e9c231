using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Speaker.Audio.Numerics;

/// <summary>
/// Four lanes: NEON, which has a fused multiply-add, or x86 before AVX2, which has none and computes it from doubles.
/// </summary>
internal readonly unsafe struct Lanes128 : ILanes<Lanes128>
{
    private readonly Vector128<float> _value;

    private Lanes128(Vector128<float> value) => _value = value;

    /// <summary>Whether the processor has them.</summary>
    public static bool IsSupported
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128.IsHardwareAccelerated;
    }

    /// <summary>Whether <see cref="MultiplyAdd"/> is one instruction.</summary>
    public static bool IsFused
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => AdvSimd.IsSupported || Fma.IsSupported;
    }

    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Load(float* source) => new(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LoadWhole(short* source) =>
        new(Vector128.ConvertToSingle(Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(long*)source).AsInt16())));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes128 lanes, float* target) => lanes._value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 MultiplyAdd(float x, Lanes128 weights, Lanes128 sum) => new(IsFused
        ? Vector128.FusedMultiplyAdd(Vector128.Create(x), weights._value, sum._value)
        : FromDoubles(Vector128.Create((double)x), weights._value, sum._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Rectify(Lanes128 lanes) => new(Vector128.ConditionalSelect(
        Vector128.LessThan(lanes._value, Vector128<float>.Zero), Vector128<float>.Zero, lanes._value));

    private static Vector128<float> FromDoubles(Vector128<double> x, Vector128<float> weights, Vector128<float> sum)
    {
        var (lowerWeights, upperWeights) = Vector128.Widen(weights);
        var (lowerSum, upperSum) = Vector128.Widen(sum);
        return Vector128.Narrow(RoundToOdd(x * lowerWeights, lowerSum), RoundToOdd(x * upperWeights, upperSum));
    }

    /// <summary>
    /// The sum of two doubles, and where that is not exact, of the two neighbours the one whose last bit is 1. Rounded
    /// again, to float32, it gives what the exact sum would (Boldo and Melquiond, 2008). The product of two float32
    /// numbers is exact in double precision, so this is a fused multiply-add.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> RoundToOdd(Vector128<double> product, Vector128<double> addend)
    {
        var sum = product + addend;
        // What the sum was rounded by, exactly (Knuth's two-sum).
        var ofAddend = sum - product;
        var error = (product - (sum - ofAddend)) + (addend - ofAddend);
        // Towards zero first: one unit back where the sum was rounded away from it. True is -1 as a whole number.
        var bits = sum.AsInt64() + Vector128.LessThan(error * sum, Vector128<double>.Zero).AsInt64();
        // Not "unequal to zero", which holds for the error beside an infinity: that is not a number.
        var isRounded = Vector128.LessThan(error, Vector128<double>.Zero)
            | Vector128.GreaterThan(error, Vector128<double>.Zero);
        return (bits | (isRounded.AsInt64() & Vector128<long>.One)).AsDouble();
    }
}
