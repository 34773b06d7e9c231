using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Speaker.Models;

namespace Speaker.Inference;

/// <summary>Hands a network the tensors of a weights file, each checked against the shape that is needed.</summary>
internal sealed class WeightReader
{
    /// <summary>PyTorch's count of training batches in each batch normalisation; nothing computes with it.</summary>
    private const string BatchCountSuffix = ".num_batches_tracked";

    private readonly IReadOnlyDictionary<string, StoredTensor> _weights;
    private readonly string _path;
    private readonly string _prefix;
    private readonly HashSet<string> _read;

    /// <param name="weights">By name.</param>
    /// <param name="path">Of the file, for messages.</param>
    public WeightReader(IReadOnlyDictionary<string, StoredTensor> weights, string path)
        : this(weights, path, "", new HashSet<string>(StringComparer.Ordinal))
    {
    }

    private WeightReader(
        IReadOnlyDictionary<string, StoredTensor> weights, string path, string prefix, HashSet<string> read) =>
        (_weights, _path, _prefix, _read) = (weights, path, prefix, read);

    /// <summary>A reader of the tensors whose names begin so, which it calls by the rest; what it reads, this one has
    /// read.</summary>
    public WeightReader Within(string prefix) => new(_weights, _path, _prefix + prefix, _read);

    /// <summary>The values of a tensor, row-major; those in half precision or eight bits made float32,
    /// which is exact.</summary>
    /// <exception cref="ModelException">There is no such tensor, or it has another shape or type.</exception>
    public ReadOnlySpan<float> Read(string name, params ReadOnlySpan<int> shape)
    {
        float[] values = [];
        return Read(name, ref values, shape);
    }

    /// <summary>As the other, with memory that is used again: a network of millions of weights would leave as much
    /// behind.</summary>
    /// <param name="name">Of the tensor.</param>
    /// <param name="buffer">Grows where values have to be made float32; they are in it until the next call.</param>
    /// <param name="shape">That it must have.</param>
    public ReadOnlySpan<float> Read(string name, scoped ref float[] buffer, params ReadOnlySpan<int> shape)
    {
        name = _prefix + name;
        if (!_weights.TryGetValue(name, out var tensor))
        {
            throw new ModelException($"{_path} lacks the tensor '{name}' of the network; is its card another model's?");
        }

        var fits = tensor.Type is TensorType.Float32 or TensorType.Float16 or TensorType.Int8
            && tensor.Shape.Length == shape.Length;
        for (var i = 0; fits && i < shape.Length; i++)
        {
            fits = tensor.Shape[i] == shape[i];
        }

        if (!fits)
        {
            throw new ModelException(
                $"tensor '{name}' of {_path} is {tensor.Type} [{string.Join(", ", tensor.Shape)}], the network needs " +
                $"{TensorType.Float32} [{string.Join(", ", shape.ToArray())}]; is its card another model's?");
        }

        _read.Add(name);
        if (tensor.Type == TensorType.Float32)
        {
            return MemoryMarshal.Cast<byte, float>(tensor.Bytes.Span);
        }

        var count = 1;
        foreach (var extent in shape)
        {
            count *= extent;
        }

        if (buffer.Length < count)
        {
            buffer = new float[count];
        }

        var values = buffer.AsSpan(0, count);
        if (tensor.Type == TensorType.Int8)
        {
            EightBitWeights.Restore(_weights, name, _path, values);
            _read.Add(EightBitWeights.ScaleOf(name));
        }
        else
        {
            TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(tensor.Bytes.Span), values);
        }

        return values;
    }

    /// <exception cref="ModelException">The file holds a tensor that was not asked for.</exception>
    public void RequireAllRead()
    {
        foreach (var name in _weights.Keys)
        {
            if (!_read.Contains(name) && !name.EndsWith(BatchCountSuffix, StringComparison.Ordinal))
            {
                throw new ModelException(
                    $"{_path} has a tensor '{name}' that the network lacks; is its card another model's?");
            }
        }
    }
}
