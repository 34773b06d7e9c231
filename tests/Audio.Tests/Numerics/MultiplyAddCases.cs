using System.Runtime.CompilerServices;
using Speaker.Audio.Numerics;

namespace Speaker.Audio.Tests.Numerics;

/// <summary>Numbers that a fused multiply-add may get wrong, and what each kind of lanes makes of them.</summary>
internal static unsafe class MultiplyAddCases
{
    private const int Count = 1 << 14;

    /// <summary>
    /// Products that lie midway between two float32 numbers but for a sum far below them; cancellation; results below
    /// the normal numbers; and any numbers.
    /// </summary>
    public static (float[] X, float[] Weights, float[] Sums) All()
    {
        var random = new Random(20);
        var (x, weights, sums) = (new float[Count], new float[Count], new float[Count]);
        for (var i = 0; i < Count; i++)
        {
            (x[i], weights[i], sums[i]) = (i % 4) switch
            {
                0 => Midway(random),
                1 => Cancelling(random),
                2 => (Any(random, -75, -60), Any(random, -75, -60), Any(random, -149, -130)),
                _ => (Any(random, -40, 40), Any(random, -20, 20), Any(random, -40, 40)),
            };
        }

        return (x, weights, sums);
    }

    /// <summary>The results of each kind of lanes that runs here.</summary>
    public static IEnumerable<float[]> OfEachKind()
    {
        yield return Compute<ScalarLane>();
        yield return Compute<Lanes128>();
        yield return Compute<TwoLanes<Lanes128>>();
        if (Lanes256.IsSupported)
        {
            yield return Compute<Lanes256>();
        }

        if (Lanes512.IsSupported)
        {
            yield return Compute<Lanes512>();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float[] Compute<T>()
        where T : struct, ILanes<T>
    {
        var (x, weights, sums) = All();
        var result = new float[Count];
        var lanes = new float[T.Count];
        fixed (float* w = weights, s = sums, to = lanes)
        {
            for (var i = 0; i < Count; i++)
            {
                // Each case in each lane in turn.
                var start = Math.Min(i, Count - T.Count);
                T.Store(T.MultiplyAdd(x[i], T.Load(w + start), T.Load(s + start)), to);
                result[i] = lanes[i - start];
                start = Math.Max(0, i - T.Count + 1);
                T.Store(T.MultiplyAdd(x[i], T.Load(w + start), T.Load(s + start)), to);
                if (!BitConverter.SingleToInt32Bits(lanes[i - start]).Equals(BitConverter.SingleToInt32Bits(result[i])))
                {
                    throw new InvalidOperationException($"the first and the last lane differ at case {i}");
                }
            }
        }

        return result;
    }

    private static (float X, float Weight, float Sum) Midway(Random random)
    {
        // Odd and of 25 bits: one more than a float32 has.
        long x, y;
        do
        {
            x = (2 * random.Next(2048, 4096)) + 1;
            y = (2 * random.Next(1024, 4096)) + 1;
        }
        while (x * y is < 1 << 24 or >= 1 << 25);

        return (x, y, MathF.ScaleB(random.Next(3) - 1, -random.Next(20, 100)));
    }

    private static (float X, float Weight, float Sum) Cancelling(Random random)
    {
        var (x, y) = (Any(random, -10, 10), Any(random, -10, 10));
        return (x, y, -x * y * (1 + MathF.ScaleB(random.Next(-2, 3), -23)));
    }

    private static float Any(Random random, int least, int most) =>
        MathF.ScaleB((float)random.NextDouble() + 0.5f, random.Next(least, most)) * ((2 * random.Next(2)) - 1);
}
