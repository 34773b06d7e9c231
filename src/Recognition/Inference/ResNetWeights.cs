using Speaker.Audio.Numerics;
using Speaker.Models;

namespace Speaker.Inference;

/// <summary>The weights of one ResNet. Immutable.</summary>
internal sealed class ResNetWeights
{
    private const int Kernel = 3;

    /// <param name="weights">The file.</param>
    /// <param name="branch">Which branch of it.</param>
    /// <param name="specification">Of the network, checked.</param>
    /// <exception cref="ModelException">A tensor is missing or has another shape.</exception>
    public ResNetWeights(WeightReader weights, int branch, EncoderSpecification specification)
    {
        var name = $"branches.{branch}.";
        var (channels, bands) = (specification.Width, specification.Coefficients);
        ToBands = new PackedWeights(
            bands, 1, bands, CosineTransform.Transpose(bands), WeightLayout.TapsOutside(1, bands));
        // A tap is a frame, its inputs the neighbouring bands.
        Stem = new PackedWeights(
            channels, Kernel, Kernel, weights.Read($"{name}stem.weight", channels, 1, Kernel, Kernel),
            new WeightLayout(Kernel * Kernel, 1, Kernel), weights.Read($"{name}stem.bias", channels));
        float[] buffer = [];
        var blocks = new List<ResNetBlockWeights>();
        for (var stage = 0; stage < specification.BlocksOfStages.Count; stage++)
        {
            for (var index = 0; index < specification.BlocksOfStages[stage]; index++)
            {
                var (outputs, stride) = (specification.Width << stage, stage > 0 && index == 0 ? 2 : 1);
                blocks.Add(new ResNetBlockWeights(
                    weights, $"{name}stages.{stage}.{index}", ref buffer, channels, outputs, stride));
                channels = outputs;
                bands = (bands + stride - 1) / stride;
            }
        }

        Blocks = [.. blocks];
        Channels = channels;
        Bands = bands;
        Embedding = new PackedWeights(
            specification.BranchDimension, 1, 2 * Pooled,
            weights.Read($"{name}embedding.weight", ref buffer, specification.BranchDimension, 2 * Pooled),
            WeightLayout.TapsOutside(1, 2 * Pooled),
            weights.Read($"{name}embedding.bias", specification.BranchDimension));
    }

    /// <summary>From cepstra to log mel bands.</summary>
    public PackedWeights ToBands { get; }

    public PackedWeights Stem { get; }

    public ResNetBlockWeights[] Blocks { get; }

    /// <summary>Channels that the last block gives.</summary>
    public int Channels { get; }

    /// <summary>Bands that the last block gives.</summary>
    public int Bands { get; }

    /// <summary>Numbers of a frame that are pooled: of each channel its bands.</summary>
    public int Pooled => Channels * Bands;

    /// <summary>From means and deviations to the embedding, before it is brought to unit length.</summary>
    public PackedWeights Embedding { get; }
}
