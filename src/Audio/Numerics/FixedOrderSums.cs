using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Speaker.Audio.Numerics;

/// <summary>
/// Sums of float32 values in one order on every machine: sixteen partial sums, each of every sixteenth value, then
/// those in a fixed order, then the values that are left. A library's sums have as many partial sums as the machine has
/// lanes, and so other last bits on another machine.
/// </summary>
internal static unsafe class FixedOrderSums
{
    private const int Together = 16;

    /// <summary>The sum of the values; 0 for none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Sum(ReadOnlySpan<float> values)
    {
        fixed (float* a = values)
        {
            var low = Vector256<float>.Zero;
            var high = Vector256<float>.Zero;
            var i = 0;
            for (; i <= values.Length - Together; i += Together)
            {
                low += Vector256.Load(a + i);
                high += Vector256.Load(a + i + (Together / 2));
            }

            var sum = Join(low, high);
            for (; i < values.Length; i++)
            {
                sum += a[i];
            }

            return sum;
        }
    }

    /// <summary>The sum of the values' squares; 0 for none.</summary>
    public static float SumOfSquares(ReadOnlySpan<float> values) => Dot(values, values);

    /// <summary>The sum of the products; 0 for none.</summary>
    /// <exception cref="ArgumentException">The spans have different lengths.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        if (first.Length != second.Length)
        {
            throw new ArgumentException(
                $"There are {first.Length} values and {second.Length}; there must be as many of both.", nameof(second));
        }

        fixed (float* a = first, b = second)
        {
            var low = Vector256<float>.Zero;
            var high = Vector256<float>.Zero;
            var i = 0;
            for (; i <= first.Length - Together; i += Together)
            {
                low += Vector256.Load(a + i) * Vector256.Load(b + i);
                high += Vector256.Load(a + i + (Together / 2)) * Vector256.Load(b + i + (Together / 2));
            }

            var sum = Join(low, high);
            for (; i < first.Length; i++)
            {
                sum += a[i] * b[i];
            }

            return sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Join(Vector256<float> low, Vector256<float> high)
    {
        var eight = low + high;
        var four = eight.GetLower() + eight.GetUpper();
        return (four[0] + four[2]) + (four[1] + four[3]);
    }
}
