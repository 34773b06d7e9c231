using System.Numerics;

namespace NWaves.Kernels;

/// <summary>
/// Orthonormal DCT-II of several frames at once. Cosines of even index are symmetric about the middle and those of
/// odd index antisymmetric, so inputs are first folded into sums and differences: half the multiplications. Four
/// outputs are gathered at a time, to read each folded input once for the four.
/// </summary>
internal sealed unsafe class LaneDct
{
    private const int Block = 4;

    private readonly int inputs;
    private readonly int outputs;
    private readonly int folded;
    private readonly LaneBuffer sums;
    private readonly LaneBuffer differences;
    private readonly float[] evenRows;
    private readonly float[] oddRows;

    /// <param name="inputs">Length of the transform.</param>
    /// <param name="outputs">Coefficients kept, from index 0.</param>
    /// <param name="gain">A factor for each coefficient kept.</param>
    public LaneDct(int inputs, int outputs, ReadOnlySpan<double> gain)
    {
        this.inputs = inputs;
        this.outputs = outputs;
        folded = (inputs + 1) / 2;
        sums = new LaneBuffer(folded);
        differences = new LaneBuffer(folded);
        evenRows = Rows(0, gain);
        oddRows = Rows(1, gain);
    }

    /// <summary>How long the output must be: whole blocks of either parity.</summary>
    public int OutputLength => (outputs + (2 * Block) - 1) / (2 * Block) * 2 * Block;

    public void Apply(Vector<float>* input, Vector<float>* output)
    {
        var sum = sums.Pointer;
        var difference = differences.Pointer;
        for (var i = 0; i < folded; i++)
        {
            var mirrored = inputs - 1 - i;
            sum[i] = mirrored == i ? input[i] : input[i] + input[mirrored];
            difference[i] = input[i] - input[mirrored];
        }

        Multiply(evenRows, sum, output, 0);
        Multiply(oddRows, difference, output, 1);
    }

    /// <summary>Rows of one parity, in blocks of four: input by input, the four rows' factors side by side.</summary>
    private float[] Rows(int parity, ReadOnlySpan<double> gain)
    {
        var rows = (outputs + 1 - parity) / 2;
        var blocks = (rows + Block - 1) / Block;
        var matrix = new float[blocks * Block * folded];
        for (var row = 0; row < rows; row++)
        {
            var k = (2 * row) + parity;
            var scale = gain[k] * Math.Sqrt((k == 0 ? 1.0 : 2.0) / inputs);
            for (var i = 0; i < folded; i++)
            {
                matrix[(((row / Block * folded) + i) * Block) + (row % Block)] =
                    (float)(scale * Math.Cos(Math.PI * k * ((2 * i) + 1) / (2.0 * inputs)));
            }
        }

        return matrix;
    }

    private void Multiply(float[] matrix, Vector<float>* input, Vector<float>* output, int parity)
    {
        fixed (float* rows = matrix)
        {
            var factors = rows;
            for (var k = parity; k < outputs; k += 2 * Block)
            {
                var sum0 = Vector<float>.Zero;
                var sum1 = Vector<float>.Zero;
                var sum2 = Vector<float>.Zero;
                var sum3 = Vector<float>.Zero;
                for (var i = 0; i < folded; i++, factors += Block)
                {
                    var value = input[i];
                    sum0 += value * factors[0];
                    sum1 += value * factors[1];
                    sum2 += value * factors[2];
                    sum3 += value * factors[3];
                }

                output[k] = sum0;
                output[k + 2] = sum1;
                output[k + 4] = sum2;
                output[k + 6] = sum3;
            }
        }
    }
}
