namespace Speaker.Audio.Numerics;

/// <summary>Panels of weights as a <see cref="Convolution"/> reads them, in the layout that <see cref="PackedWeights"/>
/// describes, whatever a weight's format.</summary>
/// <param name="Start">Of the first panel.</param>
/// <param name="PaddedOutputs">Filled up to a multiple of <see cref="PackedWeights.OutputMultiple"/>.</param>
/// <param name="Taps">Runs of inputs that an output sees.</param>
/// <param name="Inputs">Of each run.</param>
internal readonly unsafe record struct WeightPanels(nint Start, int PaddedOutputs, int Taps, int Inputs)
{
    /// <summary>The weights of the panel that begins at an output.</summary>
    /// <param name="firstOutput">Of the panel.</param>
    /// <param name="size">Bytes of a weight.</param>
    public byte* Panel(int firstOutput, int size) => (byte*)Start + ((nint)firstOutput * Taps * Inputs * size);
}
