using System.Numerics;
using Speaker.Audio.Numerics;

namespace Speaker.Audio.Tests.Numerics;

/// <summary>Against the logarithm in double precision.</summary>
public class LaneLogarithmTests
{
    [Fact]
    public void Natural_NumbersOfEveryMagnitude_AreWithinTwoUnitsInTheLastPlace()
    {
        // Every 1,009th of the positive finite numbers, those below the normal ones among them.
        for (var bits = 1; bits < 0x7f800000 - 1009; bits += 1009)
        {
            var x = BitConverter.Int32BitsToSingle(bits);
            var expected = Math.Log(x);
            var actual = LaneLogarithm.Natural(new Vector<float>(x))[0];
            var unit = MathF.BitIncrement(Math.Abs((float)expected)) - Math.Abs((float)expected);
            if (!(Math.Abs(expected - actual) <= 2 * Math.Max(unit, 1e-9)))
            {
                Assert.Fail($"ln {x} is {actual} instead of {expected}.");
            }
        }
    }

    [Theory]
    [InlineData(0, float.NegativeInfinity)]
    [InlineData(-0f, float.NegativeInfinity)]
    [InlineData(1, 0)]
    [InlineData(-1, float.NaN)]
    [InlineData(-1e-40f, float.NaN)]
    [InlineData(float.NegativeInfinity, float.NaN)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData(float.NaN, float.NaN)]
    public void Natural_AtTheEnds_IsWhatMathFGives(float x, float expected)
    {
        Assert.Equal(expected, MathF.Log(x));
        Assert.Equal(expected, LaneLogarithm.Natural(new Vector<float>(x))[0]);
    }
}
