using Speaker.Audio.Numerics;
using Speaker.Models;

namespace Speaker.Inference;

/// <summary>The weights of one branch of the encoder, batch normalisations folded in. Immutable.</summary>
internal sealed class BranchWeights
{
    /// <param name="weights">The file.</param>
    /// <param name="branch">Which branch of it.</param>
    /// <param name="specification">Of the network, checked.</param>
    /// <exception cref="ModelException">A tensor is missing or has another shape.</exception>
    public BranchWeights(WeightReader weights, int branch, EncoderSpecification specification)
    {
        var s = specification;
        var name = $"branches.{branch}.";
        var entryNorm = new BatchNorm(weights, $"{name}entryNorm", s.Width);
        Entry = new PackedWeights(
            s.Width, s.EntryKernel, s.Coefficients,
            weights.Read($"{name}entry.weight", s.Width, s.Coefficients, s.EntryKernel),
            WeightLayout.TapsInside(s.EntryKernel, s.Coefficients), entryNorm.ToBiases(), entryNorm.Scales);
        Blocks = new BlockWeights[s.Dilations.Count];
        for (var i = 0; i < Blocks.Length; i++)
        {
            Blocks[i] = new BlockWeights(weights, name, i, s);
        }

        AttentionFrame = new PackedWeights(
            s.AttentionWidth, 1, s.AggregateWidth,
            weights.Read($"{name}pooling.frame.weight", s.AttentionWidth, s.AggregateWidth, 1),
            WeightLayout.TapsOutside(1, s.AggregateWidth));
        AttentionContext = new PackedWeights(
            s.AttentionWidth, 1, 2 * s.AggregateWidth,
            weights.Read($"{name}pooling.context.weight", s.AttentionWidth, 2 * s.AggregateWidth),
            WeightLayout.TapsOutside(1, 2 * s.AggregateWidth),
            weights.Read($"{name}pooling.context.bias", s.AttentionWidth));
        AttentionScore = new PackedWeights(
            s.AggregateWidth, 1, s.AttentionWidth,
            weights.Read($"{name}pooling.score.weight", s.AggregateWidth, s.AttentionWidth, 1),
            WeightLayout.TapsOutside(1, s.AttentionWidth));
        Projection = Project(weights, name, 2 * s.AggregateWidth, s.BranchDimension);
    }

    public PackedWeights Entry { get; }

    public BlockWeights[] Blocks { get; }

    /// <summary>What the attention's hidden units read of a frame.</summary>
    public PackedWeights AttentionFrame { get; }

    /// <summary>What they read of the utterance: means and deviations of all channels.</summary>
    public PackedWeights AttentionContext { get; }

    /// <summary>From the hidden units to a score for each channel.</summary>
    public PackedWeights AttentionScore { get; }

    /// <summary>From pooled means and deviations to the embedding, before it is brought to unit length.</summary>
    public PackedWeights Projection { get; }

    /// <summary>The projection between two normalisations: both become part of it.</summary>
    private static PackedWeights Project(WeightReader weights, string name, int inputs, int outputs)
    {
        var before = new BatchNorm(weights, $"{name}poolingNorm", inputs);
        var after = new BatchNorm(weights, $"{name}projectionNorm", outputs);
        var stored = weights.Read($"{name}projection.weight", outputs, inputs);
        var folded = new float[stored.Length];
        var biases = new float[outputs];
        for (var o = 0; o < outputs; o++)
        {
            var bias = 0.0;
            for (var i = 0; i < inputs; i++)
            {
                var weight = stored[(o * inputs) + i] * after.Scales[o];
                folded[(o * inputs) + i] = (float)(weight * before.Scales[i]);
                bias += weight * before.Shifts[i];
            }

            biases[o] = (float)(bias + after.Shifts[o]);
        }

        return new PackedWeights(outputs, 1, inputs, folded, WeightLayout.TapsOutside(1, inputs), biases);
    }
}
