using Speaker.Audio.Numerics;
using Speaker.Models;

namespace Speaker.Inference;

/// <summary>
/// The weights of a residual block, relu(x + SE(BN(conv(relu(BN(dilated conv(x))))))), normalisations folded in, and
/// of the part of the aggregation that reads it.
/// </summary>
internal sealed class BlockWeights
{
    /// <summary>Frames that each of the two convolutions sees.</summary>
    public const int Kernel = 3;

    /// <summary>By how much the squeeze narrows (Hu et al., 2018).</summary>
    private const int Reduction = 4;

    /// <param name="weights">The file.</param>
    /// <param name="branch">Name of the branch, with its dot.</param>
    /// <param name="index">Of the block.</param>
    /// <param name="specification">Of the network, checked.</param>
    /// <exception cref="ModelException">A tensor is missing or has another shape.</exception>
    public BlockWeights(WeightReader weights, string branch, int index, EncoderSpecification specification)
    {
        var width = specification.Width;
        var squeezed = Math.Max(1, width / Reduction);
        var name = $"{branch}blocks.{index}";
        Dilation = specification.Dilations[index];
        Dilated = Convolve($"{name}.dilated");
        Convolution = Convolve($"{name}.convolution");
        Squeeze = Affine($"{name}.excitation.squeeze", width, squeezed);
        Excite = Affine($"{name}.excitation.excite", squeezed, width);

        var gathered = width * specification.Dilations.Count;
        Aggregate = new PackedWeights(
            specification.AggregateWidth, 1, width,
            weights.Read($"{branch}aggregate.weight", specification.AggregateWidth, gathered, 1)[(index * width)..],
            new WeightLayout(gathered, 0, 1));

        PackedWeights Convolve(string layer)
        {
            var norm = new BatchNorm(weights, $"{layer}Norm", width);
            return new PackedWeights(
                width, Kernel, width, weights.Read($"{layer}.weight", width, width, Kernel),
                WeightLayout.TapsInside(Kernel, width), norm.ToBiases(), norm.Scales);
        }

        PackedWeights Affine(string layer, int inputs, int outputs) => new(
            outputs, 1, inputs, weights.Read($"{layer}.weight", outputs, inputs), WeightLayout.TapsOutside(1, inputs),
            weights.Read($"{layer}.bias", outputs));
    }

    /// <summary>Frames between the inputs of <see cref="Dilated"/>.</summary>
    public int Dilation { get; }

    public PackedWeights Dilated { get; }

    public PackedWeights Convolution { get; }

    public PackedWeights Squeeze { get; }

    public PackedWeights Excite { get; }

    public PackedWeights Aggregate { get; }
}
