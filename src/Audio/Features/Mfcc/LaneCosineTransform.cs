using System.Numerics;
using System.Runtime.CompilerServices;

namespace Speaker.Audio.Features.Mfcc;

/// <summary>
/// Discrete cosine transforms of types I to IV of several frames at once, one frame in each lane of a vector, as
/// products with a matrix: several rows at a time, so that each input is read once for them. The plain forms are the
/// unnormalised ones of SciPy and FFTW, with a factor of two; the others are orthonormal (SciPy's norm "ortho").
/// </summary>
internal sealed unsafe class LaneCosineTransform
{
    private const int Block = 8;

    private readonly int _inputs;
    private readonly int _outputs;
    private readonly float[] _matrix;

    /// <param name="type">1, 2, 3 or 4.</param>
    /// <param name="orthonormal">The orthonormal form.</param>
    /// <param name="inputs">Length of the transform: 1 or more, 2 or more for type 1.</param>
    /// <param name="gains">A factor for each coefficient kept, from index 0; at most as many as inputs.</param>
    public LaneCosineTransform(int type, bool orthonormal, int inputs, ReadOnlySpan<double> gains)
    {
        _inputs = inputs;
        _outputs = gains.Length;
        _matrix = new float[OutputLength * inputs];
        for (var row = 0; row < _outputs; row++)
        {
            for (var i = 0; i < inputs; i++)
            {
                var factor = orthonormal ? Orthonormal(type, row, i, inputs) : Plain(type, row, i, inputs);
                _matrix[(((row / Block * inputs) + i) * Block) + (row % Block)] = (float)(gains[row] * factor);
            }
        }
    }

    /// <summary>How many vectors the output must have: whole blocks.</summary>
    public int OutputLength => (_outputs + Block - 1) / Block * Block;

    /// <param name="input">As many vectors as the transform is long.</param>
    /// <param name="output">Receives the coefficients, <see cref="OutputLength"/> of them; zero after the last.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(Vector<float>* input, Vector<float>* output)
    {
        fixed (float* matrix = _matrix)
        {
            var factors = matrix;
            for (var row = 0; row < _outputs; row += Block)
            {
                var sum0 = Vector<float>.Zero;
                var sum1 = Vector<float>.Zero;
                var sum2 = Vector<float>.Zero;
                var sum3 = Vector<float>.Zero;
                var sum4 = Vector<float>.Zero;
                var sum5 = Vector<float>.Zero;
                var sum6 = Vector<float>.Zero;
                var sum7 = Vector<float>.Zero;
                for (var i = 0; i < _inputs; i++, factors += Block)
                {
                    var value = input[i];
                    sum0 += value * factors[0];
                    sum1 += value * factors[1];
                    sum2 += value * factors[2];
                    sum3 += value * factors[3];
                    sum4 += value * factors[4];
                    sum5 += value * factors[5];
                    sum6 += value * factors[6];
                    sum7 += value * factors[7];
                }

                output[row] = sum0;
                output[row + 1] = sum1;
                output[row + 2] = sum2;
                output[row + 3] = sum3;
                output[row + 4] = sum4;
                output[row + 5] = sum5;
                output[row + 6] = sum6;
                output[row + 7] = sum7;
            }
        }
    }

    private static double Plain(int type, int k, int i, int n) => type switch
    {
        // The ends of the first type, and the first input of the third, count once.
        1 => (i == 0 || i == n - 1 ? 1 : 2) * Cosine(type, k, i, n),
        3 => (i == 0 ? 1 : 2) * Cosine(type, k, i, n),
        _ => 2 * Cosine(type, k, i, n),
    };

    private static double Orthonormal(int type, int k, int i, int n)
    {
        var firstRow = k == 0 ? Math.Sqrt(0.5) : 1;
        var firstInput = i == 0 ? Math.Sqrt(0.5) : 1;
        var lastRow = k == n - 1 ? Math.Sqrt(0.5) : 1;
        var lastInput = i == n - 1 ? Math.Sqrt(0.5) : 1;
        return Cosine(type, k, i, n) * type switch
        {
            1 => Math.Sqrt(2.0 / (n - 1)) * firstRow * lastRow * firstInput * lastInput,
            2 => Math.Sqrt(2.0 / n) * firstRow,
            3 => Math.Sqrt(2.0 / n) * firstInput,
            _ => Math.Sqrt(2.0 / n),
        };
    }

    private static double Cosine(int type, int k, int i, int n) => Math.Cos(type switch
    {
        1 => Math.PI * k * i / (n - 1),
        2 => Math.PI * k * ((2 * i) + 1) / (2.0 * n),
        3 => Math.PI * ((2 * k) + 1) * i / (2.0 * n),
        _ => Math.PI * ((2 * k) + 1) * ((2 * i) + 1) / (4.0 * n),
    });
}
