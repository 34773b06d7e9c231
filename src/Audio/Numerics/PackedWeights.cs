using System.Runtime.CompilerServices;

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
        : this(outputs, taps, inputs, biases) => Pack(weights, layout, scales);

    /// <summary>Weights of zero, which whoever makes them writes through <see cref="PanelStart"/>.</summary>
    /// <param name="outputs">As there.</param>
    /// <param name="taps">As there.</param>
    /// <param name="inputs">As there.</param>
    /// <param name="biases">As there.</param>
    public PackedWeights(int outputs, int taps, int inputs, ReadOnlySpan<float> biases = default)
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
    }

    public int Outputs { get; }

    /// <summary><see cref="Outputs"/>, filled up to a multiple of <see cref="OutputMultiple"/>.</summary>
    public int PaddedOutputs { get; }

    public int Taps { get; }

    public int Inputs { get; }

    /// <summary>[<see cref="PaddedOutputs"/>].</summary>
    public float* Biases => _biases.Start;

    public WeightPanels Panels => new((nint)_weights.Start, PaddedOutputs, Taps, Inputs);

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

    // Row after row of a panel, so that what is written lies together and what is read comes from few places.
    // Compiled at full optimisation: a program that embeds one recording packs a million weights first.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pack(ReadOnlySpan<float> weights, WeightLayout layout, ReadOnlySpan<double> scales)
    {
        var last = ((Outputs - 1L) * layout.OutputStep) + ((Taps - 1L) * layout.TapStep)
            + ((Inputs - 1L) * layout.InputStep);
        if (last >= weights.Length || (!scales.IsEmpty && scales.Length < Outputs))
        {
            throw new ArgumentException(
                $"{Outputs} outputs, {Taps} taps and {Inputs} inputs need more than {weights.Length} weights and "
                + $"{scales.Length} scales");
        }

        Span<double> factors = stackalloc double[WidestPanel];
        fixed (float* start = weights)
        {
            int width;
            for (var panel = 0; panel < Outputs; panel += width)
            {
                width = PanelWidth(PaddedOutputs - panel);
                var outputs = Math.Min(width, Outputs - panel);
                factors.Fill(1);
                if (!scales.IsEmpty)
                {
                    scales.Slice(panel, outputs).CopyTo(factors);
                }

                for (var input = 0; input < Inputs; input++)
                {
                    for (var tap = 0; tap < Taps; tap++)
                    {
                        var source = start + ((nint)panel * layout.OutputStep) + ((nint)tap * layout.TapStep)
                            + ((nint)input * layout.InputStep);
                        var target = PanelStart(panel) + ((((nint)tap * Inputs) + input) * width);
                        for (var output = 0; output < outputs; output++)
                        {
                            target[output] = (float)(*source * factors[output]);
                            source += layout.OutputStep;
                        }
                    }
                }
            }
        }
    }
}
