using Speaker.Audio.Numerics;

namespace Speaker.Audio.Tests.Numerics;

public class ConvolutionTests
{
    /// <summary>
    /// Bit for bit: the order of operations is part of the contract. Outputs around every width of a panel or a vector,
    /// rows around those of every kernel.
    /// </summary>
    [Fact]
    public void Compute_AnyShape_IsTheChainOfFusedMultiplyAdds()
    {
        var random = new Random(5);
        foreach (var outputs in new[] { 1, 7, 8, 9, 16, 17, 24, 25, 31, 32, 33, 56, 64, 65, 120 })
        {
            foreach (var rows in new[] { 1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 17, 24, 29 })
            {
                var found = new ConvolutionCase(random, outputs, rows);
                Bits.AssertEqual(found.Expected(), found.Compute(rows));
            }
        }
    }

    [Fact]
    public void Compute_InPieces_IsTheSame()
    {
        var random = new Random(6);
        var whole = new ConvolutionCase(random, 40, 50);
        var expected = whole.Compute(50);
        foreach (var piece in new[] { 1, 3, 4, 6, 12, 13, 49 })
        {
            Bits.AssertEqual(expected, whole.Compute(piece));
        }
    }

    [Fact]
    public unsafe void Compute_WholeWeights_IsTheSameAsOfTheirValues()
    {
        var random = new Random(8);
        foreach (var outputs in new[] { 8, 16, 24, 32, 56, 64 })
        {
            foreach (var rows in new[] { 1, 4, 6, 7, 12, 29 })
            {
                var inputs = random.Next(1, 20);
                var whole = new WholeWeights(outputs, inputs);
                var single = new PackedWeights(outputs, 1, inputs);
                for (var i = 0; i < outputs * inputs; i++)
                {
                    whole.PanelStart(0)[i] = (short)random.Next(short.MinValue, short.MaxValue + 1);
                    single.PanelStart(0)[i] = whole.PanelStart(0)[i];
                }

                var input = Enumerable.Range(0, rows * inputs).Select(_ => (float)random.NextDouble() - 0.5f).ToArray();
                var (expected, found) = (new float[rows * outputs], new float[rows * outputs]);
                fixed (float* x = input, y = expected, z = found)
                {
                    var computed = new ConvolutionRows
                    {
                        Count = rows, Input = x, RowStep = inputs, Initial = single.Biases, Output = y,
                        OutputStep = outputs,
                    };
                    Convolution.Compute(single, computed);
                    Convolution.Compute(whole, computed with { Output = z });
                }

                GC.KeepAlive((whole, single));
                Bits.AssertEqual(expected, found);
            }
        }
    }

    [Fact]
    public void Compute_InputIsNotANumber_Shows()
    {
        foreach (var rows in new[] { 1, 4, 6, 12 })
        {
            var found = new ConvolutionCase(new Random(7), 40, rows, inputIsNotANumber: true).Compute(rows);
            Assert.All(found, value => Assert.True(float.IsNaN(value)));
        }
    }

    [Fact]
    public unsafe void Compute_OutputsBeyondTheLast_AreZero()
    {
        var weights = new PackedWeights(3, 1, 2, [1, 2, 3, 4, 5, 6], WeightLayout.TapsOutside(1, 2), [10, 20, 30]);
        var output = new float[weights.PaddedOutputs];
        Array.Fill(output, -1);
        float[] input = [1, 1];
        fixed (float* x = input, y = output)
        {
            Convolution.Compute(weights, new ConvolutionRows
            {
                Count = 1, Input = x, RowStep = 2, Initial = weights.Biases, Output = y, OutputStep = 8,
            });
        }

        Assert.Equal([13, 27, 41, 0, 0, 0, 0, 0], output);
        GC.KeepAlive(weights);
    }

    [Fact]
    public void PackedWeights_EitherLayoutAndScales_AreTheSameWeights()
    {
        // [output, tap, input] against the same numbers as [output, input, tap].
        var one = new PackedWeights(2, 2, 3, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], WeightLayout.TapsOutside(2, 3));
        var other = new PackedWeights(
            2, 2, 3, [2, 8, 4, 10, 6, 12, 3.5f, 5, 4, 5.5f, 4.5f, 6], WeightLayout.TapsInside(2, 3), default, [0.5, 2]);
        unsafe
        {
            Assert.Equal(new Span<float>(one.PanelStart(0), 48), new Span<float>(other.PanelStart(0), 48));
            Assert.Equal([1, 7, 0, 0, 0, 0, 0, 0, 2, 8], new Span<float>(one.PanelStart(0), 10));
        }
    }
}
