using System.Numerics;
using System.Runtime.CompilerServices;

namespace Speaker.Audio.Features.Mfcc;

/// <summary>
/// Discrete cosine transforms of types I to IV of several frames at once, as products with a matrix: four rows at a
/// time, so that each input is read once for the four. The plain forms carry a factor of two and the orthonormal ones
/// are SciPy's (norm "ortho").
/// </summary>
internal sealed unsafe class LaneDct
{
    private const int Block = 4;

    private readonly int _inputs;
    private readonly int _outputs;
    private readonly float[] _matrix;

    /// <param name="type">1, 2, 3 or 4, followed by N for the orthonormal form.</param>
    /// <param name="inputs">Length of the transform.</param>
    /// <param name="outputs">Coefficients kept, from index 0.</param>
    /// <param name="gain">A factor for each coefficient kept.</param>
    /// <exception cref="ArgumentException">No such type.</exception>
    public LaneDct(string type, int inputs, int outputs, ReadOnlySpan<double> gain)
    {
        _inputs = inputs;
        _outputs = outputs;
        _matrix = new float[OutputLength * inputs];
        for (var row = 0; row < outputs; row++)
        {
            for (var i = 0; i < inputs; i++)
            {
                _matrix[(((row / Block * inputs) + i) * Block) + (row % Block)] =
                    (float)(gain[row] * Factor(type, row, i, inputs));
            }
        }
    }

    /// <summary>How long the output must be: whole blocks.</summary>
    public int OutputLength => (_outputs + Block - 1) / Block * Block;

    [MethodImpl(Kernel.Compiled)]
    public void Apply(Vector<float>* input, Vector<float>* output)
    {
        fixed (float* rows = _matrix)
        {
            var factors = rows;
            for (var row = 0; row < _outputs; row += Block)
            {
                var sum0 = Vector<float>.Zero;
                var sum1 = Vector<float>.Zero;
                var sum2 = Vector<float>.Zero;
                var sum3 = Vector<float>.Zero;
                for (var i = 0; i < _inputs; i++, factors += Block)
                {
                    var value = input[i];
                    sum0 += value * factors[0];
                    sum1 += value * factors[1];
                    sum2 += value * factors[2];
                    sum3 += value * factors[3];
                }

                output[row] = sum0;
                output[row + 1] = sum1;
                output[row + 2] = sum2;
                output[row + 3] = sum3;
            }
        }
    }

    private static double Factor(string type, int k, int i, int n)
    {
        var firstRow = k == 0 ? Math.Sqrt(0.5) : 1;
        var lastRow = k == n - 1 ? Math.Sqrt(0.5) : 1;
        var firstInput = i == 0 ? Math.Sqrt(0.5) : 1;
        var lastInput = i == n - 1 ? Math.Sqrt(0.5) : 1;
        return type switch
        {
            "1" => 2 * firstInput * firstInput * lastInput * lastInput * Math.Cos(Math.PI * k * i / (n - 1)),
            "1N" => Math.Sqrt(2.0 / (n - 1)) * firstRow * lastRow * firstInput * lastInput
                * Math.Cos(Math.PI * k * i / (n - 1)),
            "2" => 2 * Math.Cos(Math.PI * k * ((2 * i) + 1) / (2.0 * n)),
            "2N" => Math.Sqrt(2.0 / n) * firstRow * Math.Cos(Math.PI * k * ((2 * i) + 1) / (2.0 * n)),
            "3" => 2 * firstInput * firstInput * Math.Cos(Math.PI * ((2 * k) + 1) * i / (2.0 * n)),
            "3N" => Math.Sqrt(2.0 / n) * firstInput * Math.Cos(Math.PI * ((2 * k) + 1) * i / (2.0 * n)),
            "4" => 2 * Math.Cos(Math.PI * ((2 * k) + 1) * ((2 * i) + 1) / (4.0 * n)),
            "4N" => Math.Sqrt(2.0 / n) * Math.Cos(Math.PI * ((2 * k) + 1) * ((2 * i) + 1) / (4.0 * n)),
            _ => throw new ArgumentException(
                $"Invalid configuration: DctType is \"{type}\"; it must be 1, 2, 3 or 4, or one of them with N."),
        };
    }
}
