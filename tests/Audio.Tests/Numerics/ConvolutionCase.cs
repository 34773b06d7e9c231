using Speaker.Audio.Numerics;

namespace Speaker.Audio.Tests.Numerics;

/// <summary>A convolution of a random shape with random numbers, strides and sums to go on from.</summary>
internal sealed unsafe class ConvolutionCase
{
    private readonly int _outputs;
    private readonly int _rows;
    private readonly int _taps;
    private readonly int _inputs;
    private readonly int _rowStep;
    private readonly int _tapStep;
    private readonly int _outputStep;
    private readonly bool _rectify;
    private readonly bool _goesOn;
    private readonly float[] _weights;
    private readonly float[] _biases;
    private readonly float[] _x;
    private readonly float[] _sums;

    public ConvolutionCase(Random random, int outputs, int rows, bool inputIsNotANumber = false)
    {
        _outputs = outputs;
        _rows = rows;
        _taps = random.Next(1, 5);
        _inputs = random.Next(1, 20);
        _rowStep = random.Next(1, 60);
        _tapStep = random.Next(0, 60);
        _outputStep = PackedWeights.PaddedLength(outputs) + random.Next(0, 9);
        _rectify = random.Next(2) == 1;
        _goesOn = random.Next(2) == 1;
        _weights = Numbers(random, outputs * _taps * _inputs);
        _biases = Numbers(random, outputs);
        _x = Numbers(random, ((rows - 1) * _rowStep) + ((_taps - 1) * _tapStep) + _inputs);
        _sums = Numbers(random, rows * _outputStep);
        if (inputIsNotANumber)
        {
            Array.Fill(_x, float.NaN);
        }
    }

    /// <summary>[rows, outputs], by the definition.</summary>
    public float[] Expected()
    {
        var y = new float[_rows * _outputs];
        for (var row = 0; row < _rows; row++)
        {
            for (var o = 0; o < _outputs; o++)
            {
                var sum = _goesOn ? _sums[(row * _outputStep) + o] : _biases[o];
                for (var tap = 0; tap < _taps; tap++)
                {
                    for (var i = 0; i < _inputs; i++)
                    {
                        sum = MathF.FusedMultiplyAdd(
                            _x[(row * _rowStep) + (tap * _tapStep) + i],
                            _weights[(((o * _taps) + tap) * _inputs) + i], sum);
                    }
                }

                y[(row * _outputs) + o] = _rectify && sum < 0 ? 0 : sum;
            }
        }

        return y;
    }

    /// <summary>[rows, outputs], so many rows a call.</summary>
    public float[] Compute(int rowsACall)
    {
        var weights = new PackedWeights(
            _outputs, _taps, _inputs, _weights, WeightLayout.TapsOutside(_taps, _inputs), _biases);
        var sums = (float[])_sums.Clone();
        fixed (float* x = _x, y = sums)
        {
            for (var row = 0; row < _rows; row += rowsACall)
            {
                Convolution.Compute(weights, new ConvolutionRows
                {
                    Count = Math.Min(rowsACall, _rows - row),
                    Input = x + (row * _rowStep),
                    RowStep = _rowStep,
                    TapStep = _tapStep,
                    Initial = _goesOn ? y + (row * _outputStep) : weights.Biases,
                    InitialStep = _goesOn ? _outputStep : 0,
                    Output = y + (row * _outputStep),
                    OutputStep = _outputStep,
                    Rectify = _rectify,
                });
            }
        }

        GC.KeepAlive(weights);
        return [.. Enumerable.Range(0, _rows).SelectMany(row => sums.Skip(row * _outputStep).Take(_outputs))];
    }

    private static float[] Numbers(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];
}
