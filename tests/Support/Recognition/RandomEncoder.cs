using System.Runtime.InteropServices;
using Speaker.Audio.Features;
using Speaker.Models;
using Speaker.Numerics;

namespace Speaker.Tests.Support;

/// <summary>
/// Encoders with random weights, made without the tensor library: what is tested with them does not depend on how well
/// voices are told apart. A test of the trained network holds their names, types and shapes against its own.
/// </summary>
internal static class RandomEncoder
{
    private const int BlockKernel = 3;
    private const int SqueezeReduction = 4;

    /// <summary>Small enough for loops, with a stride, two dilations and no two sizes alike.</summary>
    public static EncoderSpecification Small { get; } = new()
    {
        Coefficients = 6, Width = 8, Dilations = [1, 3], AggregateWidth = 10, AttentionWidth = 5, Dimension = 12,
    };

    /// <summary>A ResNet small enough for loops: an odd number of bands, channels that do not fill vectors, two
    /// stages.</summary>
    public static EncoderSpecification SmallResNet { get; } = EncoderSpecification.ResNet34 with
    {
        Coefficients = 9, Width = 5, StageBlocks = [1, 2], Dimension = 12,
    };

    /// <summary>A TDNN and a ResNet, joined.</summary>
    public static EncoderSpecification SmallJoined { get; } = new()
    {
        Architecture = EncoderArchitecture.Joined, Coefficients = 9, Dimension = 10,
        Parts = [Small with { Coefficients = 9, Dimension = 14 }, SmallResNet],
    };

    /// <summary>Everything that a weights file of such an encoder holds. Normalisations are off their starting values of
    /// 0 and 1, so that leaving one out shows.</summary>
    /// <param name="specification">Of the encoder.</param>
    /// <param name="seed">The same gives the same weights, bit for bit.</param>
    /// <returns>By the names of the network's state.</returns>
    public static Dictionary<string, StoredTensor> Weights(EncoderSpecification specification, int seed = 1)
    {
        var state = new State(seed);
        if (specification.Architecture == EncoderArchitecture.ResNet34)
        {
            state.ResNets(specification);
            return state.Tensors;
        }

        if (specification.Architecture == EncoderArchitecture.Joined)
        {
            for (var i = 0; i < specification.Parts!.Count; i++)
            {
                foreach (var (name, tensor) in Weights(specification.Parts[i], seed))
                {
                    state.Tensors.Add($"branches.0.parts.{i}.{name}", tensor);
                }
            }

            state.Affine("branches.0.join", specification.Dimension, specification.Parts.Sum(part => part.Dimension));
            return state.Tensors;
        }

        var width = specification.Width;
        var pooled = 2 * specification.AggregateWidth;
        for (var branch = 0; branch < specification.Branches; branch++)
        {
            var name = $"branches.{branch}.";
            state.Weight(name + "entry", width, specification.Coefficients, specification.EntryKernel);
            state.Normalisation(name + "entryNorm", width);
            for (var block = 0; block < specification.Dilations.Count; block++)
            {
                state.Block($"{name}blocks.{block}.", width);
            }

            state.Weight(name + "aggregate", specification.AggregateWidth, width * specification.Dilations.Count, 1);
            state.Weight(name + "pooling.frame", specification.AttentionWidth, specification.AggregateWidth, 1);
            state.Affine(name + "pooling.context", specification.AttentionWidth, pooled);
            state.Weight(name + "pooling.score", specification.AggregateWidth, specification.AttentionWidth, 1);
            state.Normalisation(name + "poolingNorm", pooled);
            state.Weight(name + "projection", specification.BranchDimension, pooled);
            state.Normalisation(name + "projectionNorm", specification.BranchDimension);
        }

        return state.Tensors;
    }

    /// <summary>The least that a card may say of such an encoder.</summary>
    public static ModelCard Card(EncoderSpecification specification) => new()
    {
        Name = "test",
        FrontEnd = specification.Architecture == EncoderArchitecture.Tdnn
            ? new FrontEndSpecification { Cepstra = specification.Coefficients }
            : new FrontEndSpecification { Cepstra = specification.Coefficients, MelBands = specification.Coefficients },
        Encoder = specification,
    };

    /// <summary>Saves a model of random weights.</summary>
    /// <param name="path">NAME.safetensors.</param>
    /// <param name="card">With the specification.</param>
    /// <param name="seed">Of the weights.</param>
    /// <returns>The path.</returns>
    public static string Save(string path, ModelCard card, int seed = 1)
    {
        ModelFiles.Save(path, Weights(card.Encoder, seed), card);
        return path;
    }

    /// <summary>Features that no recording gave, off zero in the mean and not white.</summary>
    public static FeatureMatrix Features(int seed, int frames, int coefficients)
    {
        var random = new Random(seed);
        var values = new float[frames * coefficients];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)((random.NextDouble() * 6) - 2 + Math.Sin(i * 0.01));
        }

        return new FeatureMatrix(values, frames, coefficients);
    }

    private sealed class State(int seed)
    {
        public Dictionary<string, StoredTensor> Tensors { get; } = new(StringComparer.Ordinal);

        /// <summary>A convolution's [C', C, K] or an affine map's [C', C], uniform within 1 / √(inputs).</summary>
        public void Weight(string name, params long[] shape)
        {
            var bound = 1 / Math.Sqrt(shape.Skip(1).Aggregate((inputs, extent) => inputs * extent));
            Add(name + ".weight", shape, -bound, bound);
        }

        public void Affine(string name, long outputs, long inputs)
        {
            Weight(name, outputs, inputs);
            Add(name + ".bias", [outputs], -0.5, 0.5);
        }

        /// <summary>Batch normalisation with its running statistics.</summary>
        public void Normalisation(string name, long channels)
        {
            Add(name + ".weight", [channels], 0.5, 1.5);
            Add(name + ".bias", [channels], -0.5, 0.5);
            Add(name + ".running_mean", [channels], -0.5, 0.5);
            Add(name + ".running_var", [channels], 0.5, 1.5);
            Tensors.Add(name + ".num_batches_tracked", new StoredTensor(TensorType.Int64, [], BitConverter.GetBytes(4L)));
        }

        public void Block(string name, int width)
        {
            Weight(name + "dilated", width, width, BlockKernel);
            Normalisation(name + "dilatedNorm", width);
            Weight(name + "convolution", width, width, BlockKernel);
            Normalisation(name + "convolutionNorm", width);
            var hidden = Math.Max(1, width / SqueezeReduction);
            Affine(name + "excitation.squeeze", hidden, width);
            Affine(name + "excitation.excite", width, hidden);
        }

        /// <summary>He's weights (He et al., 2015), so that activations keep their size from layer to layer.</summary>
        public void ResNets(EncoderSpecification specification)
        {
            for (var branch = 0; branch < specification.Branches; branch++)
            {
                var name = $"branches.{branch}.";
                var (channels, bands) = (specification.Width, specification.Coefficients);
                Picture(name + "stem", channels, 1, BlockKernel);
                for (var stage = 0; stage < specification.BlocksOfStages.Count; stage++)
                {
                    for (var index = 0; index < specification.BlocksOfStages[stage]; index++)
                    {
                        var block = $"{name}stages.{stage}.{index}.";
                        var (outputs, stride) = (specification.Width << stage, stage > 0 && index == 0 ? 2 : 1);
                        Picture(block + "conv1", outputs, channels, BlockKernel);
                        Picture(block + "conv2", outputs, outputs, BlockKernel);
                        if (stride > 1)
                        {
                            Picture(block + "shortcut", outputs, channels, 1);
                        }

                        (channels, bands) = (outputs, (bands + stride - 1) / stride);
                    }
                }

                Affine(name + "embedding", specification.BranchDimension, 2 * channels * bands);
            }
        }

        private void Picture(string name, long outputs, long inputs, long kernel)
        {
            var bound = Math.Sqrt(3.0 / (inputs * kernel * kernel));
            Add(name + ".weight", [outputs, inputs, kernel, kernel], -bound, bound);
            Add(name + ".bias", [outputs], -0.2, 0.2);
        }

        private void Add(string name, long[] shape, double low, double high)
        {
            var random = SplitRandom.For(seed, SplitRandom.Key(name));
            var values = new float[shape.Aggregate(1L, (count, extent) => count * extent)];
            foreach (ref var value in values.AsSpan())
            {
                value = (float)random.Uniform(low, high);
            }

            Tensors.Add(name, new StoredTensor(TensorType.Float32, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray()));
        }
    }
}
