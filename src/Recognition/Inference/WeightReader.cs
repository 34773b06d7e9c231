using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Speaker.Models;

namespace Speaker.Inference;

/// <summary>Hands a network the tensors of a weights file, each checked against the shape that is needed.</summary>
/// <param name="weights">By name.</param>
/// <param name="path">Of the file, for messages.</param>
internal sealed class WeightReader(IReadOnlyDictionary<string, StoredTensor> weights, string path)
{
    /// <summary>PyTorch's count of training batches in each batch normalisation; nothing computes with it.</summary>
    private const string BatchCountSuffix = ".num_batches_tracked";

    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <summary>The values of a tensor, row-major; those in half precision made float32, which is exact.</summary>
    /// <exception cref="ModelException">There is no such tensor, or it has another shape or type.</exception>
    public ReadOnlySpan<float> Read(string name, params ReadOnlySpan<int> shape)
    {
        if (!weights.TryGetValue(name, out var tensor))
        {
            throw new ModelException($"{path} lacks the tensor '{name}' of the network; is its card another model's?");
        }

        var fits = tensor.Type is TensorType.Float32 or TensorType.Float16 && tensor.Shape.Length == shape.Length;
        for (var i = 0; fits && i < shape.Length; i++)
        {
            fits = tensor.Shape[i] == shape[i];
        }

        if (!fits)
        {
            throw new ModelException(
                $"tensor '{name}' of {path} is {tensor.Type} [{string.Join(", ", tensor.Shape)}], the network needs " +
                $"{TensorType.Float32} [{string.Join(", ", shape.ToArray())}]; is its card another model's?");
        }

        _read.Add(name);
        if (tensor.Type == TensorType.Float32)
        {
            return MemoryMarshal.Cast<byte, float>(tensor.Bytes.Span);
        }

        var values = new float[tensor.Bytes.Length / sizeof(ushort)];
        TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(tensor.Bytes.Span), values);
        return values;
    }

    /// <exception cref="ModelException">The file holds a tensor that was not asked for.</exception>
    public void RequireAllRead()
    {
        foreach (var name in weights.Keys)
        {
            if (!_read.Contains(name) && !name.EndsWith(BatchCountSuffix, StringComparison.Ordinal))
            {
                throw new ModelException(
                    $"{path} has a tensor '{name}' that the network lacks; is its card another model's?");
            }
        }
    }
}
