using System.Runtime.InteropServices;
using TorchSharp.Interop;
using static TorchSharp.Interop.Native;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp;

/// <content>Making tensors: copies of given values, and tensors of a given size (Float32 by default).</content>
public static partial class torch
{
    public static Tensor tensor(float[] rawArray) => Copied<float>(rawArray, [rawArray.Length]);

    public static Tensor tensor(float[] rawArray, ReadOnlySpan<long> dimensions) => Copied<float>(rawArray, dimensions);

    public static Tensor tensor(double[] rawArray, ReadOnlySpan<long> dimensions) =>
        Copied<double>(rawArray, dimensions);

    public static Tensor tensor(long[] dataArray) => Copied<long>(dataArray, [dataArray.Length]);

    public static Tensor tensor(long[] dataArray, ReadOnlySpan<long> dimensions) =>
        Copied<long>(dataArray, dimensions);

    /// <summary>Memory that holds whatever was there before.</summary>
    public static Tensor empty(ReadOnlySpan<long> size, ScalarType? dtype = null) =>
        Sized(Content.Nothing, size, dtype);

    public static Tensor empty(long[] size, ScalarType? dtype = null) => Sized(Content.Nothing, size, dtype);

    public static Tensor zeros(long[] size, ScalarType? dtype = null) => Sized(Content.Zeros, size, dtype);

    public static Tensor ones(long[] size, ScalarType? dtype = null) => Sized(Content.Ones, size, dtype);

    public static Tensor ones(long size, ScalarType? dtype = null) => Sized(Content.Ones, [size], dtype);

    /// <summary>Uniform from 0 up to 1.</summary>
    public static Tensor rand(long[] size, ScalarType? dtype = null) => Sized(Content.Uniform, size, dtype);

    /// <summary>Normal with mean 0 and deviation 1.</summary>
    public static Tensor randn(long[] size, ScalarType? dtype = null) => Sized(Content.Normal, size, dtype);

    /// <summary>Joins tensors along a dimension.</summary>
    public static unsafe Tensor cat(IList<Tensor> tensors, long dim = 0)
    {
        fixed (nint* p = Handles(tensors))
        {
            var result = Own(torch_cat(p, tensors.Count, dim));
            GC.KeepAlive(tensors);
            return result;
        }
    }

    /// <summary><paramref name="x"/> where the condition holds, <paramref name="y"/> elsewhere.</summary>
    public static Tensor where(Tensor condition, Tensor x, Tensor y) =>
        Own(torch_where(condition.Native, x.Native, y.Native));

    /// <summary>The element type that stands for a type of .NET.</summary>
    internal static ScalarType TypeOf<T>()
        where T : struct
    {
        if (typeof(T) == typeof(float)) return ScalarType.Float32;
        if (typeof(T) == typeof(double)) return ScalarType.Float64;
        if (typeof(T) == typeof(long)) return ScalarType.Int64;
        if (typeof(T) == typeof(bool)) return ScalarType.Bool;
        throw new NotSupportedException($"No tensor is read as {typeof(T).Name}: use float, double, long or bool.");
    }

    private static unsafe Tensor Copied<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> sizes)
        where T : unmanaged
    {
        long count = 1;
        foreach (var size in sizes) count *= size;
        if (count != values.Length)
        {
            throw new ArgumentException(
                $"{values.Length} values do not fill a tensor of {string.Join('x', sizes.ToArray())}.", nameof(values));
        }

        fixed (T* p = values)
        fixed (long* s = sizes)
        {
            return Own(torch_from_memory(p, s, sizes.Length, (int)TypeOf<T>()));
        }
    }

    private static unsafe Tensor Sized(Content content, ReadOnlySpan<long> size, ScalarType? dtype)
    {
        var type = (int)(dtype ?? ScalarType.Float32);
        fixed (long* p = size)
        {
            return Own(content switch
            {
                Content.Nothing => torch_empty(p, size.Length, type),
                Content.Zeros => torch_full(p, size.Length, ((Scalar)0).Number, type),
                Content.Ones => torch_full(p, size.Length, ((Scalar)1).Number, type),
                Content.Uniform => torch_rand(p, size.Length, type),
                _ => torch_randn(p, size.Length, type),
            });
        }
    }

    private enum Content
    {
        Nothing,
        Zeros,
        Ones,
        Uniform,
        Normal,
    }
}
