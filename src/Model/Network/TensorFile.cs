using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Speaker.Models;
using TorchSharp;

namespace Speaker.Training.Network;

/// <summary>Tensors of the tensor library in and out of safetensors files.</summary>
internal static class TensorFile
{
    /// <summary>Reads every tensor into memory of its own.</summary>
    /// <returns>By name; the caller disposes them.</returns>
    /// <exception cref="ModelException">There is no such file, or it is damaged; the message says which rule broke.</exception>
    public static Dictionary<string, torch.Tensor> Read(string path)
    {
        var stored = Safetensors.Read(path);
        var tensors = new Dictionary<string, torch.Tensor>(stored.Count, StringComparer.Ordinal);
        foreach (var (name, tensor) in stored)
        {
            tensors.Add(name, torch.empty(tensor.Shape, TypeOf(tensor.Type)));
        }

        Copy(stored, tensors, path);
        return tensors;
    }

    /// <summary>Reads a file into tensors that are there, such as a module's state.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">On the CPU, contiguous; their names, types and shapes must be exactly the file's, but a
    /// float32 tensor may be stored in half precision or eight bits.</param>
    /// <exception cref="ModelException">As <see cref="Read"/>, or file and tensors do not fit.</exception>
    public static void ReadInto(string path, IReadOnlyDictionary<string, torch.Tensor> tensors) =>
        Copy(Safetensors.Read(path), tensors, path);

    /// <summary>Writes tensors of any device, whole or not at all, over a file that is there.</summary>
    /// <exception cref="ModelException">The file cannot be written, or a tensor's type cannot be stored.</exception>
    public static void Write(
        string path, IReadOnlyDictionary<string, torch.Tensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null) => Safetensors.Write(path, Store(tensors), metadata);

    /// <summary>Copies of tensors of any device, as a file would hold them.</summary>
    /// <exception cref="ModelException">A tensor's type cannot be stored.</exception>
    public static IReadOnlyDictionary<string, StoredTensor> Store(IReadOnlyDictionary<string, torch.Tensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        return tensors.ToDictionary(
            pair => pair.Key,
            pair =>
            {
                using var scope = torch.NewDisposeScope();
                var tensor = pair.Value.detach().cpu().contiguous();
                return new StoredTensor(
                    TypeOf(tensor.dtype), tensor.shape, tensor.numel() > 0 ? tensor.bytes.ToArray() : []);
            },
            StringComparer.Ordinal);
    }

    /// <summary>
    /// The same tensors with matrices and kernels in half precision, half the size; vectors (offsets, scales) stay.
    /// </summary>
    public static IReadOnlyDictionary<string, StoredTensor> Halve(IReadOnlyDictionary<string, StoredTensor> tensors) =>
        tensors.ToDictionary(
            pair => pair.Key,
            pair => pair.Value is { Type: TensorType.Float32, Shape.Length: > 1 } tensor
                ? tensor with { Type = TensorType.Float16, Bytes = Narrow(tensor.Bytes.Span) }
                : pair.Value,
            StringComparer.Ordinal);

    private static void Copy(
        IReadOnlyDictionary<string, StoredTensor> stored, IReadOnlyDictionary<string, torch.Tensor> tensors, string path)
    {
        var scales = stored.Where(pair => pair.Value.Type == TensorType.Int8)
            .Select(pair => EightBitWeights.ScaleOf(pair.Key)).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, from) in stored.Where(pair => !scales.Contains(pair.Key)))
        {
            if (!tensors.TryGetValue(name, out var tensor))
            {
                throw new ModelException(
                    $"{path} has a tensor '{name}' that the network lacks; is its card another model's?");
            }

            // Weights are kept in fewer bits where those are enough; the network computes in float32.
            var isSmaller = from.Type is TensorType.Float16 or TensorType.Int8
                && tensor.dtype == torch.ScalarType.Float32;
            if ((tensor.dtype != TypeOf(from.Type) && !isSmaller) || !tensor.shape.AsSpan().SequenceEqual(from.Shape))
            {
                throw new ModelException(
                    $"tensor '{name}' of {path} is {from.Type} [{string.Join(", ", from.Shape)}], the network needs " +
                    $"{tensor.dtype} [{string.Join(", ", tensor.shape)}]; is its card another model's?");
            }

            if (from.Bytes.Length > 0)
            {
                tensor.bytes = isSmaller ? Widen(stored, name, path) : from.Bytes.ToArray();
            }
        }

        if (tensors.Keys.FirstOrDefault(name => !stored.ContainsKey(name)) is { } missing)
        {
            throw new ModelException(
                $"{path} lacks the tensor '{missing}' of the network; is its card another model's?");
        }
    }

    private static byte[] Narrow(ReadOnlySpan<byte> singles)
    {
        var values = new Half[singles.Length / sizeof(float)];
        TensorPrimitives.ConvertToHalf(MemoryMarshal.Cast<byte, float>(singles), values);
        return MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
    }

    private static byte[] Widen(IReadOnlyDictionary<string, StoredTensor> stored, string name, string path)
    {
        var tensor = stored[name];
        var values = new float[tensor.Bytes.Length / SafetensorsHeader.NameAndSize(tensor.Type).Size];
        if (tensor.Type == TensorType.Int8)
        {
            EightBitWeights.Restore(stored, name, path, values);
        }
        else
        {
            TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(tensor.Bytes.Span), values);
        }

        return MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
    }

    private static torch.ScalarType TypeOf(TensorType type) => type switch
    {
        TensorType.Float64 => torch.ScalarType.Float64,
        TensorType.Float32 => torch.ScalarType.Float32,
        TensorType.Float16 => torch.ScalarType.Float16,
        TensorType.BFloat16 => torch.ScalarType.BFloat16,
        TensorType.Int64 => torch.ScalarType.Int64,
        TensorType.Int32 => torch.ScalarType.Int32,
        TensorType.Int16 => torch.ScalarType.Int16,
        TensorType.Int8 => torch.ScalarType.Int8,
        TensorType.UInt8 => torch.ScalarType.Byte,
        _ => torch.ScalarType.Bool,
    };

    private static TensorType TypeOf(torch.ScalarType type) => type switch
    {
        torch.ScalarType.Float64 => TensorType.Float64,
        torch.ScalarType.Float32 => TensorType.Float32,
        torch.ScalarType.Float16 => TensorType.Float16,
        torch.ScalarType.BFloat16 => TensorType.BFloat16,
        torch.ScalarType.Int64 => TensorType.Int64,
        torch.ScalarType.Int32 => TensorType.Int32,
        torch.ScalarType.Int16 => TensorType.Int16,
        torch.ScalarType.Int8 => TensorType.Int8,
        torch.ScalarType.Byte => TensorType.UInt8,
        torch.ScalarType.Bool => TensorType.Bool,
        _ => throw new ModelException($"a tensor of type {type} cannot be stored in a safetensors file; convert it"),
    };
}
