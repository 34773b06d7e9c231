using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Speaker.Search;

/// <summary>Dot products of one vector with many rows in float32, four rows at a time: each value of the vector is loaded
/// once for four, and eight sums run side by side.</summary>
/// <remarks>The order of a sum depends on the processor: a result is known to within its rounding, and no
/// closer.</remarks>
internal static unsafe class FloatDots
{
    /// <summary>Rows are as long as a multiple of so many values, and begin on a cache line.</summary>
    public const int LengthMultiple = 64;

    /// <summary>Rows are worked on in groups of so many.</summary>
    public const int RowMultiple = 4;

    /// <summary>How far ahead memory is asked for, in floats: the processor's own prefetch ends at each page.</summary>
    private const int Ahead = 2048;

    /// <param name="vector">[length], on a cache line.</param>
    /// <param name="rows">[count, length], on a cache line.</param>
    /// <param name="count">A multiple of <see cref="RowMultiple"/>.</param>
    /// <param name="length">A multiple of <see cref="LengthMultiple"/>.</param>
    /// <param name="results">[count].</param>
    public static void Compute(float* vector, float* rows, int count, int length, float* results)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            By512(vector, rows, count, length, results);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            By256(vector, rows, count, length, results);
        }
        else
        {
            By128(vector, rows, count, length, results);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void By512(float* vector, float* rows, int count, int length, float* results)
    {
        for (var end = results + count; results < end; results += RowMultiple, rows += RowMultiple * length)
        {
            var a = rows;
            var b = a + length;
            var c = b + length;
            var d = c + length;
            Vector512<float> a0 = default, a1 = default, b0 = default, b1 = default;
            Vector512<float> c0 = default, c1 = default, d0 = default, d1 = default;
            for (var i = 0; i < length; i += 32)
            {
                Prefetch(a + i + Ahead);
                Prefetch(a + i + Ahead + 16);
                Prefetch(b + i + Ahead);
                Prefetch(b + i + Ahead + 16);
                Prefetch(c + i + Ahead);
                Prefetch(c + i + Ahead + 16);
                Prefetch(d + i + Ahead);
                Prefetch(d + i + Ahead + 16);
                var x = Vector512.Load(vector + i);
                var y = Vector512.Load(vector + i + 16);
                a0 = Vector512.FusedMultiplyAdd(x, Vector512.Load(a + i), a0);
                b0 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b + i), b0);
                c0 = Vector512.FusedMultiplyAdd(x, Vector512.Load(c + i), c0);
                d0 = Vector512.FusedMultiplyAdd(x, Vector512.Load(d + i), d0);
                a1 = Vector512.FusedMultiplyAdd(y, Vector512.Load(a + i + 16), a1);
                b1 = Vector512.FusedMultiplyAdd(y, Vector512.Load(b + i + 16), b1);
                c1 = Vector512.FusedMultiplyAdd(y, Vector512.Load(c + i + 16), c1);
                d1 = Vector512.FusedMultiplyAdd(y, Vector512.Load(d + i + 16), d1);
            }

            Sums(Halves(a0 + a1), Halves(b0 + b1), Halves(c0 + c1), Halves(d0 + d1)).Store(results);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void By256(float* vector, float* rows, int count, int length, float* results)
    {
        for (var end = results + count; results < end; results += RowMultiple, rows += RowMultiple * length)
        {
            var a = rows;
            var b = a + length;
            var c = b + length;
            var d = c + length;
            Vector256<float> a0 = default, a1 = default, b0 = default, b1 = default;
            Vector256<float> c0 = default, c1 = default, d0 = default, d1 = default;
            for (var i = 0; i < length; i += 16)
            {
                Prefetch(a + i + Ahead);
                Prefetch(b + i + Ahead);
                Prefetch(c + i + Ahead);
                Prefetch(d + i + Ahead);
                var x = Vector256.Load(vector + i);
                var y = Vector256.Load(vector + i + 8);
                a0 = Vector256.MultiplyAddEstimate(x, Vector256.Load(a + i), a0);
                b0 = Vector256.MultiplyAddEstimate(x, Vector256.Load(b + i), b0);
                c0 = Vector256.MultiplyAddEstimate(x, Vector256.Load(c + i), c0);
                d0 = Vector256.MultiplyAddEstimate(x, Vector256.Load(d + i), d0);
                a1 = Vector256.MultiplyAddEstimate(y, Vector256.Load(a + i + 8), a1);
                b1 = Vector256.MultiplyAddEstimate(y, Vector256.Load(b + i + 8), b1);
                c1 = Vector256.MultiplyAddEstimate(y, Vector256.Load(c + i + 8), c1);
                d1 = Vector256.MultiplyAddEstimate(y, Vector256.Load(d + i + 8), d1);
            }

            Sums(a0 + a1, b0 + b1, c0 + c1, d0 + d1).Store(results);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void By128(float* vector, float* rows, int count, int length, float* results)
    {
        for (var end = results + count; results < end; results += RowMultiple, rows += RowMultiple * length)
        {
            Vector128<float> a = default, b = default, c = default, d = default;
            for (var i = 0; i < length; i += 4)
            {
                var x = Vector128.Load(vector + i);
                a = Vector128.MultiplyAddEstimate(x, Vector128.Load(rows + i), a);
                b = Vector128.MultiplyAddEstimate(x, Vector128.Load(rows + length + i), b);
                c = Vector128.MultiplyAddEstimate(x, Vector128.Load(rows + (2 * length) + i), c);
                d = Vector128.MultiplyAddEstimate(x, Vector128.Load(rows + (3 * length) + i), d);
            }

            Vector128.Create(Vector128.Sum(a), Vector128.Sum(b), Vector128.Sum(c), Vector128.Sum(d)).Store(results);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Halves(Vector512<float> x) => x.GetLower() + x.GetUpper();

    /// <summary>The sum of each of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Sums(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d)
    {
        if (Avx.IsSupported)
        {
            var sums = Avx.HorizontalAdd(Avx.HorizontalAdd(a, b), Avx.HorizontalAdd(c, d));
            return sums.GetLower() + sums.GetUpper();
        }

        return Vector128.Create(Vector256.Sum(a), Vector256.Sum(b), Vector256.Sum(c), Vector256.Sum(d));
    }

    /// <summary>A hint: an address past the end does no harm.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(float* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }
}
