using System.Numerics;
using Speaker.Audio.Numerics;

namespace Speaker.Audio.Tests.Numerics;

/// <summary>Against the sum that defines it, alone and in lanes.</summary>
public class FourierTransformTests
{
    public static TheoryData<int> Sizes => [1, 2, 4, 8, 16, 32, 64, 128, 512, 1024];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Forward_RandomSignal_IsTheSumThatDefinesIt(int size)
    {
        var (real, imaginary) = (Noise(size, 1), Noise(size, 2));
        var (gotReal, gotImaginary) = ((float[])real.Clone(), (float[])imaginary.Clone());
        var transform = new FourierTransform(size);
        transform.Forward(gotReal, gotImaginary);
        for (var k = 0; k < size; k++)
        {
            var sum = Complex.Zero;
            for (var n = 0; n < size; n++)
            {
                sum += new Complex(real[n], imaginary[n])
                    * Complex.FromPolarCoordinates(1, -2 * Math.PI * ((long)k * n % size) / size);
            }

            Assert.Equal(sum.Real, gotReal[k], 2e-5 * Math.Sqrt(size));
            Assert.Equal(sum.Imaginary, gotImaginary[k], 2e-5 * Math.Sqrt(size));
        }

        transform.InverseUnscaled(gotReal, gotImaginary);
        for (var n = 0; n < size; n++)
        {
            Assert.Equal(real[n], gotReal[n] / size, 1e-5);
            Assert.Equal(imaginary[n], gotImaginary[n] / size, 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Forward_ASignalInEachLane_GivesTheBitsOfEachAlone(int size)
    {
        var lanes = Vector<float>.Count;
        var (real, imaginary) = (Noise(size * lanes, 3), Noise(size * lanes, 4));
        var (together, togetherImaginary) = ((float[])real.Clone(), (float[])imaginary.Clone());

        new FourierTransform(size, lanes: true).Forward(together, togetherImaginary);

        for (var lane = 0; lane < lanes; lane++)
        {
            var (alone, aloneImaginary) = (OfLane(real, lane), OfLane(imaginary, lane));
            new FourierTransform(size).Forward(alone, aloneImaginary);
            Assert.Equal(alone, OfLane(together, lane));
            Assert.Equal(aloneImaginary, OfLane(togetherImaginary, lane));
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public unsafe void Transform_ARealSignalInEachLane_IsTheSquaredMagnitudeOfTheSum(int half)
    {
        var size = 2 * half;
        var lanes = Vector<float>.Count;
        var signals = Enumerable.Range(0, lanes).Select(lane => Noise(size, 10 + lane)).ToArray();
        var spectrum = new LanePowerSpectrum(size);
        for (var n = 0; n < size; n++)
        {
            var vector = new Vector<float>([.. signals.Select(signal => signal[n])]);
            (n % 2 == 0 ? spectrum.EvenSamples : spectrum.OddSamples)[n / 2] = vector;
        }

        spectrum.Transform();

        for (var lane = 0; lane < lanes; lane++)
        {
            for (var k = 0; k <= half; k++)
            {
                var sum = Complex.Zero;
                for (var n = 0; n < size; n++)
                {
                    sum += signals[lane][n]
                        * Complex.FromPolarCoordinates(1, -2 * Math.PI * ((long)k * n % size) / size);
                }

                var expected = (sum.Real * sum.Real) + (sum.Imaginary * sum.Imaginary);
                Assert.Equal(expected, spectrum.Power[k][lane], 1e-5 * size);
            }
        }
    }

    [Fact]
    public void Constructor_NoPowerOfTwo_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new FourierTransform(12));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FourierTransform(0));
    }

    [Fact]
    public void Forward_ArraysOfAnotherLength_AreRefused()
    {
        var transform = new FourierTransform(8);

        var exception = Assert.Throws<ArgumentException>(() => transform.Forward(new float[8], new float[9]));

        Assert.Contains("has 9 values; it must have 8", exception.Message, StringComparison.Ordinal);
    }

    private static float[] OfLane(float[] values, int lane) =>
        [.. values.Where((_, i) => i % Vector<float>.Count == lane)];

    private static float[] Noise(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle()) - 1)];
    }
}
