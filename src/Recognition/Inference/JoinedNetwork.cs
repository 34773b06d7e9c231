using Speaker.Audio.Numerics;
using Speaker.Models;

namespace Speaker.Inference;

/// <summary>
/// Encoders that read the same features, and a linear layer over their embeddings, end to end. Encoders of different
/// kinds err differently (Hansen and Salamon, 1990).
/// </summary>
internal sealed unsafe class JoinedNetwork : IEmbeddingNetwork
{
    private readonly IEmbeddingNetwork[] _parts;
    private readonly int[] _dimensions;
    private readonly PackedWeights _join;
    private readonly Pool<Memory> _memory;

    /// <summary>The embeddings of the parts, and what the linear layer makes of them.</summary>
    private sealed record Memory(AlignedBuffer Parts, AlignedBuffer Joined);

    /// <param name="specification">What the network is, checked.</param>
    /// <param name="reader">Of the weights.</param>
    /// <exception cref="ModelException">A tensor is missing, or has another shape or type.</exception>
    public JoinedNetwork(EncoderSpecification specification, WeightReader reader)
    {
        reader = reader.Within("branches.0.");
        _parts = [.. specification.Parts!.Select(
            (part, i) => EncoderNetwork.Create(part, reader.Within($"parts.{i}.")))];
        _dimensions = [.. specification.Parts!.Select(part => part.Dimension)];
        var (inputs, outputs) = (_dimensions.Sum(), specification.Dimension);
        _join = new PackedWeights(
            outputs, 1, inputs, reader.Read("join.weight", outputs, inputs), WeightLayout.TapsOutside(1, inputs),
            reader.Read("join.bias", outputs));
        _memory = new Pool<Memory>(
            () => new Memory(new AlignedBuffer(inputs), new AlignedBuffer(_join.PaddedOutputs)),
            Environment.ProcessorCount);
    }

    /// <inheritdoc/>
    public void Embed(float* features, int frames, Span<float> embedding, int threads)
    {
        var memory = _memory.Rent();
        var parts = memory.Parts.Span;
        for (var i = 0; i < _parts.Length; i++)
        {
            _parts[i].Embed(features, frames, parts[.._dimensions[i]], threads);
            parts = parts[_dimensions[i]..];
        }

        Convolution.Compute(_join, new ConvolutionRows
        {
            Count = 1,
            Input = memory.Parts.Start,
            RowStep = 0,
            Initial = _join.Biases,
            Output = memory.Joined.Start,
            OutputStep = 0,
        });
        UnitLength.Bring(memory.Joined.Span[..embedding.Length], embedding);
        _memory.Return(memory);
    }
}
