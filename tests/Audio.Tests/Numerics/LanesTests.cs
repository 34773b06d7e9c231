using Speaker.Audio.Numerics;

namespace Speaker.Audio.Tests.Numerics;

/// <summary>The lanes that this processor has; the processes of <see cref="InstructionTests"/> have others.</summary>
public class LanesTests
{
    [Fact]
    public void MultiplyAdd_AnyNumbers_IsRoundedOnce()
    {
        var (x, weights, sums) = MultiplyAddCases.All();
        var expected = new float[x.Length];
        for (var i = 0; i < x.Length; i++)
        {
            expected[i] = ExactArithmetic.MultiplyAdd(x[i], weights[i], sums[i]);
        }

        // The cases are such that the way over doubles, rounded twice, is not enough.
        Assert.Contains(
            Enumerable.Range(0, x.Length), i => (float)(((double)x[i] * weights[i]) + sums[i]) != expected[i]);
        foreach (var found in MultiplyAddCases.OfEachKind())
        {
            Bits.AssertEqual(expected, found);
        }
    }

    [Fact]
    public unsafe void Rectify_AnyNumber_KeepsWhatIsNotANumber()
    {
        float[] values = [-1, 2, float.NaN, float.NegativeInfinity, float.PositiveInfinity, -0f, -float.Epsilon, 0.5f,
            .. Enumerable.Repeat(float.NaN, 8)];
        float[] expected = [0, 2, float.NaN, 0, float.PositiveInfinity, -0f, 0, 0.5f,
            .. Enumerable.Repeat(float.NaN, 8)];
        Check<ScalarLane>();
        Check<Lanes128>();
        Check<Lanes256>();
        Check<Lanes512>();
        Check<TwoLanes<Lanes128>>();

        void Check<T>()
            where T : struct, ILanes<T>
        {
            var found = new float[values.Length];
            fixed (float* from = values, to = found)
            {
                for (var i = 0; i < values.Length; i += T.Count)
                {
                    T.Store(T.Rectify(T.Load(from + i)), to + i);
                }
            }

            Assert.Equal(expected, found);
        }
    }
}
