namespace TorchSharp.Utils;

/// <summary>The elements of a tensor as values of .NET, in row-major order whatever the strides. The type must be the
/// tensor's own; bfloat16 and half have none here, convert first.</summary>
public sealed class TensorAccessor<T> : IDisposable
    where T : struct
{
    private readonly torch.Tensor tensor;
    private readonly bool copied;

    internal TensorAccessor(torch.Tensor tensor)
    {
        var type = torch.TypeOf<T>();
        if (tensor.dtype != type)
        {
            throw new ArgumentException(
                $"The tensor holds {tensor.dtype}, not {typeof(T).Name}: call to_type(ScalarType.{type}) first.");
        }

        copied = !Interop.NativeMethods.torch_is_contiguous(tensor.Native);
        this.tensor = copied ? tensor.contiguous().DetachFromDisposeScope() : tensor;
    }

    private unsafe ReadOnlySpan<T> Elements => new(tensor.Data(), checked((int)tensor.numel()));

    public T[] ToArray()
    {
        var values = Elements.ToArray();
        GC.KeepAlive(tensor);
        return values;
    }

    /// <summary>Copies the elements from number <paramref name="tensorIndex"/> on, as many as fit.</summary>
    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var from = Elements[checked((int)tensorIndex)..];
        var to = array.AsSpan(arrayIndex);
        from[..Math.Min(from.Length, to.Length)].CopyTo(to);
        GC.KeepAlive(tensor);
    }

    public void Dispose()
    {
        if (copied) tensor.Dispose();
    }
}
