using Speaker.Audio.Numerics;

namespace Speaker.Inference;

/// <summary>The weights of a convolution over frequency and time, a set of packed weights for each band of its kernel.
/// Immutable.</summary>
internal sealed class PictureWeights
{
    private readonly PackedWeights[] _ofBands;

    /// <param name="weights">The file.</param>
    /// <param name="name">Of the layer.</param>
    /// <param name="inputs">Channels.</param>
    /// <param name="outputs">Channels.</param>
    /// <param name="kernel">Bands and frames that it sees: 1 or 3.</param>
    /// <exception cref="ModelException">A tensor is missing or has another shape.</exception>
    public PictureWeights(WeightReader weights, string name, int inputs, int outputs, int kernel)
    {
        var values = weights.Read($"{name}.weight", outputs, inputs, kernel, kernel);
        var biases = weights.Read($"{name}.bias", outputs);
        _ofBands = new PackedWeights[kernel];
        for (var band = 0; band < kernel; band++)
        {
            _ofBands[band] = new PackedWeights(
                outputs, kernel, inputs, values[(band * kernel)..],
                new WeightLayout(inputs * kernel * kernel, 1, kernel * kernel), band == 0 ? biases : default);
        }
    }

    public int Kernel => _ofBands.Length;

    /// <summary>Channels of a row that comes out, filled up to whole vectors.</summary>
    public int Channels => _ofBands[0].PaddedOutputs;

    /// <summary>Computes a band of the output without the rectifier.</summary>
    /// <param name="input">As fine as the stride times the output.</param>
    /// <param name="stride">Over frequency and time.</param>
    /// <param name="band">Of the output.</param>
    /// <param name="frames">Of the output.</param>
    /// <param name="output">[frames, <see cref="Channels"/>].</param>
    /// <param name="rectify">Whether results below zero become zero.</param>
    public unsafe void Compute(FeatureMap input, int stride, int band, int frames, float* output, bool rectify)
    {
        var half = Kernel / 2;
        for (var tap = 0; tap < Kernel; tap++)
        {
            Convolution.Compute(_ofBands[tap], new ConvolutionRows
            {
                Count = frames,
                Input = input.At((band * stride) + tap - half, -half),
                RowStep = stride * input.Channels,
                TapStep = input.Channels,
                Initial = tap == 0 ? _ofBands[0].Biases : output,
                InitialStep = tap == 0 ? 0 : Channels,
                Output = output,
                OutputStep = Channels,
                Rectify = rectify && tap == Kernel - 1,
            });
        }
    }
}
