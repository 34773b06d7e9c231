using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp.Interop;
using static TorchSharp.Interop.Native;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp;

/// <summary>What the public factories share: memory to tensor, and the options that every one of them takes.</summary>
internal static class Factories
{
    /// <summary>The element type that stands for a type of .NET.</summary>
    public static torch.ScalarType TypeOf<T>()
        where T : struct
    {
        if (typeof(T) == typeof(float)) return torch.ScalarType.Float32;
        if (typeof(T) == typeof(double)) return torch.ScalarType.Float64;
        if (typeof(T) == typeof(long)) return torch.ScalarType.Int64;
        if (typeof(T) == typeof(int)) return torch.ScalarType.Int32;
        if (typeof(T) == typeof(short)) return torch.ScalarType.Int16;
        if (typeof(T) == typeof(byte)) return torch.ScalarType.Byte;
        if (typeof(T) == typeof(bool)) return torch.ScalarType.Bool;
        throw new NotSupportedException($"There is no tensor of {typeof(T).Name}: use float, double, long, int, short, byte or bool.");
    }

    /// <summary>A tensor with a copy of the values.</summary>
    public static unsafe torch.Tensor Copied<T>(
        ReadOnlySpan<T> values,
        ReadOnlySpan<long> sizes,
        torch.ScalarType? type,
        torch.Device? device,
        bool requiresGrad)
        where T : unmanaged
    {
        long count = 1;
        foreach (var size in sizes) count *= size;
        if (count != values.Length)
        {
            throw new ArgumentException($"{values.Length} values do not fill a tensor of {string.Join('x', sizes.ToArray())}.", nameof(values));
        }

        fixed (T* p = values)
        fixed (long* s = sizes)
        {
            return WithOptions(Own(torch_from_memory(p, s, sizes.Length, (int)TypeOf<T>())), type, device, requiresGrad);
        }
    }

    /// <summary>The values of an array of any rank, row by row.</summary>
    public static ReadOnlySpan<T> Flat<T>(Array array)
        where T : struct =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(array)), array.Length);

    /// <summary>Converts, moves and marks a fresh tensor as its maker's options say.</summary>
    public static torch.Tensor WithOptions(torch.Tensor fresh, torch.ScalarType? type, torch.Device? device, bool requiresGrad)
    {
        var result = fresh;
        if (type is { } wanted && wanted != result.dtype) result = Replace(result, result.to(wanted));
        if (device is not null && device.type != DeviceType.CPU) result = Replace(result, result.to(device));
        if (requiresGrad) result.requires_grad = true;
        return result;
    }

    private static torch.Tensor Replace(torch.Tensor old, torch.Tensor next)
    {
        old.Dispose();
        return next;
    }
}
