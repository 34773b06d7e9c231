using System.Runtime.Intrinsics;
using Speaker.Audio.Numerics;

namespace Speaker.Audio.Tests.Numerics;

public class LaneFunctionsTests
{
    private const int UnitsInTheLastPlace = 3;

    [Fact]
    public void Exp_AnyNumber_IsTheExponential() => Check(LaneFunctions.Exp, Math.Exp, -110, 95);

    [Fact]
    public void Sigmoid_AnyNumber_IsTheLogisticFunction() =>
        Check(LaneFunctions.Sigmoid, x => 1 / (1 + Math.Exp(-x)), -87, 95);

    [Fact]
    public void Tanh_AnyNumber_IsTheHyperbolicTangent()
    {
        Check(LaneFunctions.Tanh, Math.Tanh, -20, 20);
        Check(LaneFunctions.Tanh, Math.Tanh, -0.01f, 0.01f);
        Check(LaneFunctions.Tanh, Math.Tanh, -1e-20f, 1e-20f);
    }

    [Fact]
    public void Functions_AtTheEnds_AreTheirLimits()
    {
        var (infinity, nan) = (float.PositiveInfinity, float.NaN);
        Assert.Equal(
            [1, 1, 0, infinity, 0, infinity, nan], At(LaneFunctions.Exp, 0, -0f, -infinity, infinity, -1e30f, 89, nan));
        Assert.Equal([0.5f, 0, 1, 1, nan], At(LaneFunctions.Sigmoid, 0, -infinity, infinity, 1e30f, nan));
        Assert.Equal([0, -1, 1, 1, -1, nan], At(LaneFunctions.Tanh, 0, -infinity, infinity, 1e30f, -50, nan));
        Assert.Equal(0.5f, LaneFunctions.Sigmoid(0));
    }

    private static void Check(
        Func<Vector256<float>, Vector256<float>> function, Func<double, double> definition, float least, float most)
    {
        const int count = 100_000;
        for (var i = 0; i <= count; i++)
        {
            var x = least + ((most - least) * i / count);
            var found = function(Vector256.Create(x)).GetElement(i % 8);
            var expected = definition(x);
            if (expected > float.MaxValue)
            {
                Assert.Equal(float.PositiveInfinity, found);
                continue;
            }

            // A unit in the last place is never below the smallest number.
            var magnitude = (float)Math.Abs(expected);
            var unit = Math.Max(float.Epsilon, MathF.BitIncrement(magnitude) - magnitude);
            Assert.InRange(Math.Abs(found - expected), 0, UnitsInTheLastPlace * unit);
        }
    }

    private static float[] At(Func<Vector256<float>, Vector256<float>> function, params float[] x) =>
        Array.ConvertAll(x, value => function(Vector256.Create(value)).ToScalar());
}
