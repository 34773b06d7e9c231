using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Speaker.Models;

/// <summary>
/// Weights in eight bits: of each output channel (first index) of a matrix or kernel the whole numbers -127 to 127 that
/// are nearest to value / scale, and beside them, as the tensor NAME.scale, one scale a channel, its greatest magnitude /
/// 127. A quarter of the size of float32. Vectors (offsets, scales) stay as they are.
/// </summary>
internal static class EightBitWeights
{
    private const int Greatest = 127;

    /// <summary>The tensor that holds the scales of another.</summary>
    public static string ScaleOf(string name) => name + ".scale";

    /// <summary>The tensors with their matrices and kernels rounded.</summary>
    /// <param name="tensors">By name; float32 ones of two dimensions and more are rounded.</param>
    public static IReadOnlyDictionary<string, StoredTensor> Round(IReadOnlyDictionary<string, StoredTensor> tensors)
    {
        var rounded = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        foreach (var (name, tensor) in tensors)
        {
            if (tensor is not { Type: TensorType.Float32, Shape.Length: > 1 })
            {
                rounded.Add(name, tensor);
                continue;
            }

            var values = MemoryMarshal.Cast<byte, float>(tensor.Bytes.Span);
            var channels = (int)tensor.Shape[0];
            var size = values.Length / channels;
            var (whole, scales) = (new sbyte[values.Length], new float[channels]);
            for (var channel = 0; channel < channels; channel++)
            {
                var row = values.Slice(channel * size, size);
                var scale = scales[channel] = MathF.Abs(TensorPrimitives.MaxMagnitude(row)) / Greatest;
                for (var i = 0; i < size && scale > 0; i++)
                {
                    whole[(channel * size) + i] = (sbyte)MathF.Round(row[i] / scale);
                }
            }

            rounded.Add(name, new StoredTensor(
                TensorType.Int8, tensor.Shape, MemoryMarshal.AsBytes(whole.AsSpan()).ToArray()));
            rounded.Add(ScaleOf(name), new StoredTensor(
                TensorType.Float32, [channels], MemoryMarshal.AsBytes(scales.AsSpan()).ToArray()));
        }

        return rounded;
    }

    /// <summary>The values again, as near as they were kept.</summary>
    /// <param name="tensors">By name.</param>
    /// <param name="name">Of a tensor of <see cref="TensorType.Int8"/>.</param>
    /// <param name="path">Of the file, for messages.</param>
    /// <param name="values">Filled, row-major.</param>
    /// <exception cref="ModelException">Its scales are missing or of another number.</exception>
    public static void Restore(
        IReadOnlyDictionary<string, StoredTensor> tensors, string name, string path, Span<float> values)
    {
        var tensor = tensors[name];
        var channels = (int)tensor.Shape[0];
        if (!tensors.TryGetValue(ScaleOf(name), out var stored) || stored.Type != TensorType.Float32
            || stored.Shape.Length != 1 || stored.Shape[0] != channels)
        {
            throw new ModelException(
                $"tensor '{name}' of {path} is in eight bits and needs '{ScaleOf(name)}', {TensorType.Float32} " +
                $"[{channels}]; is the file damaged?");
        }

        var scales = MemoryMarshal.Cast<byte, float>(stored.Bytes.Span);
        var size = channels == 0 ? 0 : values.Length / channels;
        TensorPrimitives.ConvertChecked<sbyte, float>(MemoryMarshal.Cast<byte, sbyte>(tensor.Bytes.Span), values);
        for (var channel = 0; channel < channels; channel++)
        {
            var row = values.Slice(channel * size, size);
            TensorPrimitives.Multiply(row, scales[channel], row);
        }
    }
}
