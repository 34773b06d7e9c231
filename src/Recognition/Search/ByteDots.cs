using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Speaker.Search;

/// <summary>
/// Dot products of one vector of 16-bit integers with many rows of 8-bit ones. Integer sums: exact, and the same on every
/// processor.
/// </summary>
/// <remarks>
/// Instructions that multiply bytes by bytes (vpmaddubsw, VNNI) would want the vector in 8 bits too. Its rounding would be
/// as large as that of the rows, and the bound of a distance twice as wide. Rows are widened as they are
/// loaded (vpmovsxbw) and multiplied in pairs (vpmaddwd), which is as fast as memory brings them.
/// </remarks>
internal static unsafe class ByteDots
{
    /// <summary>As far as <see cref="FloatDots"/> looks ahead, in bytes.</summary>
    private const int Ahead = 4096;

    /// <summary>The largest magnitude of the vector's values with which no sum of so many products overflows.</summary>
    public static int MostOf(int length) => Math.Min(short.MaxValue, int.MaxValue / (sbyte.MaxValue * length));

    /// <param name="vector">[length], none beyond <see cref="MostOf"/>.</param>
    /// <param name="rows">[count, length], from -127 to 127.</param>
    /// <param name="count">A multiple of <see cref="FloatDots.RowMultiple"/>.</param>
    /// <param name="length">A multiple of <see cref="FloatDots.LengthMultiple"/>.</param>
    /// <param name="results">[count].</param>
    public static void Compute(short* vector, sbyte* rows, int count, int length, int* results)
    {
        if (Avx512BW.IsSupported)
        {
            By512(vector, rows, count, length, results);
        }
        else if (Avx2.IsSupported)
        {
            By256(vector, rows, count, length, results);
        }
        else
        {
            By128(vector, rows, count, length, results);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void By512(short* vector, sbyte* rows, int count, int length, int* results)
    {
        const int Group = FloatDots.RowMultiple;
        for (var end = results + count; results < end; results += Group, rows += Group * length)
        {
            var a = rows;
            var b = a + length;
            var c = b + length;
            var d = c + length;
            Vector512<int> sumA = default, sumB = default, sumC = default, sumD = default;
            for (var i = 0; i < length; i += 64)
            {
                Sse.Prefetch0(a + i + Ahead);
                Sse.Prefetch0(b + i + Ahead);
                Sse.Prefetch0(c + i + Ahead);
                Sse.Prefetch0(d + i + Ahead);
                var x = Vector512.Load(vector + i);
                var y = Vector512.Load(vector + i + 32);
                sumA += Products512(x, a + i) + Products512(y, a + i + 32);
                sumB += Products512(x, b + i) + Products512(y, b + i + 32);
                sumC += Products512(x, c + i) + Products512(y, c + i + 32);
                sumD += Products512(x, d + i) + Products512(y, d + i + 32);
            }

            Sums(Halves(sumA), Halves(sumB), Halves(sumC), Halves(sumD)).Store(results);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void By256(short* vector, sbyte* rows, int count, int length, int* results)
    {
        const int Group = FloatDots.RowMultiple;
        for (var end = results + count; results < end; results += Group, rows += Group * length)
        {
            var a = rows;
            var b = a + length;
            var c = b + length;
            var d = c + length;
            Vector256<int> sumA = default, sumB = default, sumC = default, sumD = default;
            for (var i = 0; i < length; i += 32)
            {
                Sse.Prefetch0(a + i + Ahead);
                Sse.Prefetch0(b + i + Ahead);
                Sse.Prefetch0(c + i + Ahead);
                Sse.Prefetch0(d + i + Ahead);
                var x = Vector256.Load(vector + i);
                var y = Vector256.Load(vector + i + 16);
                sumA += Products256(x, a + i) + Products256(y, a + i + 16);
                sumB += Products256(x, b + i) + Products256(y, b + i + 16);
                sumC += Products256(x, c + i) + Products256(y, c + i + 16);
                sumD += Products256(x, d + i) + Products256(y, d + i + 16);
            }

            Sums(sumA, sumB, sumC, sumD).Store(results);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void By128(short* vector, sbyte* rows, int count, int length, int* results)
    {
        for (var row = 0; row < count; row++, rows += length)
        {
            var sum = Vector128<int>.Zero;
            for (var i = 0; i < length; i += 16)
            {
                var (low, high) = Vector128.Widen(Vector128.Load(rows + i));
                sum += Products128(Vector128.Load(vector + i), low) + Products128(Vector128.Load(vector + i + 8), high);
            }

            results[row] = Vector128.Sum(sum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Products512(Vector512<short> x, sbyte* row) =>
        Avx512BW.MultiplyAddAdjacent(x, Avx512BW.ConvertToVector512Int16(Vector256.Load(row)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Products256(Vector256<short> x, sbyte* row) =>
        Avx2.MultiplyAddAdjacent(x, Avx2.ConvertToVector256Int16(row));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Products128(Vector128<short> x, Vector128<short> y)
    {
        if (Sse2.IsSupported)
        {
            return Sse2.MultiplyAddAdjacent(x, y);
        }

        var (xLow, xHigh) = Vector128.Widen(x);
        var (yLow, yHigh) = Vector128.Widen(y);
        return (xLow * yLow) + (xHigh * yHigh);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Halves(Vector512<int> x) => x.GetLower() + x.GetUpper();

    /// <summary>The sum of each of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Sums(Vector256<int> a, Vector256<int> b, Vector256<int> c, Vector256<int> d)
    {
        var sums = Avx2.HorizontalAdd(Avx2.HorizontalAdd(a, b), Avx2.HorizontalAdd(c, d));
        return sums.GetLower() + sums.GetUpper();
    }
}
