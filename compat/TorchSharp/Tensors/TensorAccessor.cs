using System.Collections;
using System.Runtime.InteropServices;

namespace TorchSharp.Utils;

/// <summary>The elements of a tensor as values of .NET, in row-major order whatever the strides. The type must be the
/// tensor's own; bfloat16 and half have none here, convert first.</summary>
public sealed class TensorAccessor<T> : IEnumerable<T>, IDisposable
    where T : struct
{
    private readonly torch.Tensor tensor;
    private readonly bool copied;

    internal TensorAccessor(torch.Tensor tensor)
    {
        var type = Factories.TypeOf<T>();
        if (tensor.dtype != type)
        {
            throw new ArgumentException($"The tensor holds {tensor.dtype}, {typeof(T).Name} was asked for: convert with to(ScalarType.{type}).");
        }

        copied = !tensor.is_contiguous();
        this.tensor = copied ? tensor.contiguous().DetachFromDisposeScope() : tensor;
        Count = tensor.NumberOfElements;
    }

    public long Count { get; }

    /// <summary>The element at a position, one index a dimension.</summary>
    public T this[params long[] indices]
    {
        get
        {
            var sizes = tensor.shape;
            if (indices.Length != sizes.Length)
            {
                throw new ArgumentException($"{indices.Length} indices for {sizes.Length} dimensions.", nameof(indices));
            }

            long offset = 0;
            for (var i = 0; i < indices.Length; i++)
            {
                if (indices[i] < 0 || indices[i] >= sizes[i])
                {
                    throw new ArgumentOutOfRangeException(nameof(indices), indices[i], $"Dimension {i} has {sizes[i]} entries.");
                }

                offset = (offset * sizes[i]) + indices[i];
            }

            return Elements[checked((int)offset)];
        }
    }

    private unsafe ReadOnlySpan<T> Elements => new(tensor.Data(), checked((int)Count));

    public T[] ToArray()
    {
        var values = Elements.ToArray();
        GC.KeepAlive(tensor);
        return values;
    }

    /// <summary>Copies the elements from number <paramref name="tensorIndex"/> on, as many as fit into the array.</summary>
    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var from = Elements[checked((int)tensorIndex)..];
        var to = array.AsSpan(arrayIndex);
        from[..Math.Min(from.Length, to.Length)].CopyTo(to);
        GC.KeepAlive(tensor);
    }

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)ToArray()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        if (copied) tensor.Dispose();
    }
}
