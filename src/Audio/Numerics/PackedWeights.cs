namespace Speaker.Audio.Numerics;

/// <summary>
/// The weights and biases of a convolution over rows, or of a matrix (one tap), laid out as <see cref="Convolution"/>
/// reads them: panels of 32 neighbouring outputs, then one of 16 and one of 8 as needed; in a panel, tap after tap and
/// input after input, the weights of its outputs side by side. Outputs are filled up with zeros to a multiple of
/// <see cref="OutputMultiple"/>. Every vector width reads the same layout. Immutable, thread safe.
/// </summary>
internal sealed unsafe class PackedWeights
{
    /// <summary>Rows of outputs are as long as a multiple of this.</summary>
    public const int OutputMultiple = 8;

    /// <summary>Outputs of the widest panel.</summary>
    public const int WidestPanel = 32;

    private readonly AlignedBuffer _weights;
    private readonly AlignedBuffer _biases;

    /// <param name="outputs">Values of a row that comes out.</param>
    /// <param name="taps">Runs of inputs that an output sees.</param>
    /// <param name="inputs">Neighbouring values that each run has.</param>
    /// <param name="weights">Of every output, tap and input, placed as <paramref name="layout"/> says.</param>
    /// <param name="layout">Where in <paramref name="weights"/> they are.</param>
    /// <param name="biases">[outputs]; empty: zero.</param>
    /// <param name="scales">[outputs], what the weights (not the biases) are multiplied by; empty: one.</param>
    public PackedWeights(
        int outputs, int taps, int inputs, ReadOnlySpan<float> weights, WeightLayout layout,
        ReadOnlySpan<float> biases = default, ReadOnlySpan<double> scales = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(taps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        Outputs = outputs;
        Taps = taps;
        Inputs = inputs;
        PaddedOutputs = PaddedLength(outputs);
        _weights = new AlignedBuffer((long)PaddedOutputs * taps * inputs);
        _biases = new AlignedBuffer(PaddedOutputs);
        biases.CopyTo(_biases.Span);
        for (var output = 0; output < outputs; output++)
        {
            var panel = PanelAt(output, PaddedOutputs);
            var target = _weights.Start + ((long)panel.First * taps * inputs) + (output - panel.First);
            var scale = scales.IsEmpty ? 1 : scales[output];
            for (var tap = 0; tap < taps; tap++)
            {
                var source = (output * layout.OutputStep) + (tap * layout.TapStep);
                for (var input = 0; input < inputs; input++)
                {
                    *target = (float)(weights[source] * scale);
                    target += panel.Width;
                    source += layout.InputStep;
                }
            }
        }
    }

    public int Outputs { get; }

    /// <summary><see cref="Outputs"/>, filled up to a multiple of <see cref="OutputMultiple"/>.</summary>
    public int PaddedOutputs { get; }

    public int Taps { get; }

    public int Inputs { get; }

    /// <summary>[<see cref="PaddedOutputs"/>].</summary>
    public float* Biases => _biases.Start;

    /// <summary>The weights of the panel that begins at an output.</summary>
    public float* PanelStart(int firstOutput) => _weights.Start + ((long)firstOutput * Taps * Inputs);

    /// <summary>How many floats a row of so many outputs takes.</summary>
    public static int PaddedLength(int outputs) => (outputs + OutputMultiple - 1) / OutputMultiple * OutputMultiple;

    /// <summary>How many outputs the panel has that begins so many outputs before the end of a row.</summary>
    public static int PanelWidth(int remaining) => remaining switch
    {
        >= WidestPanel => WidestPanel,
        >= WidestPanel / 2 => WidestPanel / 2,
        _ => OutputMultiple,
    };

    private static (int First, int Width) PanelAt(int output, int paddedOutputs)
    {
        var first = output / WidestPanel * WidestPanel;
        var width = PanelWidth(paddedOutputs - first);
        while (output >= first + width)
        {
            first += width;
            width = PanelWidth(paddedOutputs - first);
        }

        return (first, width);
    }
}
