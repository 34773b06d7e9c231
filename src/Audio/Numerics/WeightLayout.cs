namespace Speaker.Audio.Numerics;

/// <summary>Where a weight is in memory: floats from one output, tap or input to the next.</summary>
/// <param name="OutputStep">From the weight of an output to that of the next.</param>
/// <param name="TapStep">From the weight of a tap to that of the next.</param>
/// <param name="InputStep">From the weight of an input to that of the next.</param>
internal readonly record struct WeightLayout(int OutputStep, int TapStep, int InputStep)
{
    /// <summary>[outputs, taps, inputs], row-major.</summary>
    public static WeightLayout TapsOutside(int taps, int inputs) => new(taps * inputs, inputs, 1);

    /// <summary>[outputs, inputs, taps], row-major, as PyTorch stores a convolution.</summary>
    public static WeightLayout TapsInside(int taps, int inputs) => new(taps * inputs, 1, taps);
}
