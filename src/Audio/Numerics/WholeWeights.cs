namespace Speaker.Audio.Numerics;

/// <summary>
/// The weights of a matrix as whole numbers of 16 bits, in the layout of <see cref="PackedWeights"/>: half the memory. Whoever
/// makes them keeps what one is worth. Thread safe once they are written.
/// </summary>
internal sealed unsafe class WholeWeights
{
    private readonly AlignedBuffer _weights;

    /// <summary>Weights of zero, which whoever makes them writes through <see cref="PanelStart"/>.</summary>
    /// <param name="outputs">Values of a row that comes out.</param>
    /// <param name="inputs">Values of a row that comes in.</param>
    public WholeWeights(int outputs, int inputs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        PaddedOutputs = PackedWeights.PaddedLength(outputs);
        Inputs = inputs;
        _weights = new AlignedBuffer((long)PaddedOutputs * inputs * sizeof(short) / sizeof(float));
    }

    /// <summary>Outputs, filled up to a multiple of <see cref="PackedWeights.OutputMultiple"/>.</summary>
    public int PaddedOutputs { get; }

    public int Inputs { get; }

    public WeightPanels Panels => new((nint)_weights.Start, PaddedOutputs, 1, Inputs);

    /// <summary>The weights of the panel that begins at an output.</summary>
    public short* PanelStart(int firstOutput) => (short*)_weights.Start + ((nint)firstOutput * Inputs);
}
