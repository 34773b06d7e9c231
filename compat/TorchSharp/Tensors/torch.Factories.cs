using static TorchSharp.Factories;
using static TorchSharp.Interop.Native;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp;

/// <content>Tensors of a given size. The type is Float32 unless the numbers are integers or it is given.</content>
public static partial class torch
{
    public static Tensor empty(
        ReadOnlySpan<long> size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Sized(SizedKind.Empty, size, dtype, device, requires_grad);

    public static Tensor empty(
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Sized(SizedKind.Empty, size, dtype, device, requires_grad);

    public static Tensor empty(
        long size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Sized(SizedKind.Empty, [size], dtype, device, requires_grad);

    public static Tensor empty(
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Sized(SizedKind.Empty, [rows, columns], dtype, device, requires_grad);

    public static Tensor empty(
        long dim0,
        long dim1,
        long dim2,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Sized(SizedKind.Empty, [dim0, dim1, dim2], dtype, device, requires_grad);

    public static Tensor empty(
        long dim0,
        long dim1,
        long dim2,
        long dim3,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Sized(SizedKind.Empty, [dim0, dim1, dim2, dim3], dtype, device, requires_grad);

    public static Tensor zeros(
        ReadOnlySpan<long> size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Sized(SizedKind.Zeros, size, dtype, device, requires_grad);

    public static Tensor zeros(
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Sized(SizedKind.Zeros, size, dtype, device, requires_grad);

    public static Tensor zeros(
        long size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Sized(SizedKind.Zeros, [size], dtype, device, requires_grad);

    public static Tensor zeros(
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Sized(SizedKind.Zeros, [rows, columns], dtype, device, requires_grad);

    public static Tensor zeros(
        long dim0,
        long dim1,
        long dim2,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Sized(SizedKind.Zeros, [dim0, dim1, dim2], dtype, device, requires_grad);

    public static Tensor zeros(
        long dim0,
        long dim1,
        long dim2,
        long dim3,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Sized(SizedKind.Zeros, [dim0, dim1, dim2, dim3], dtype, device, requires_grad);

    public static Tensor ones(
        ReadOnlySpan<long> size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Sized(SizedKind.Ones, size, dtype, device, requires_grad);

    public static Tensor ones(
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Sized(SizedKind.Ones, size, dtype, device, requires_grad);

    public static Tensor ones(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Sized(SizedKind.Ones, [size], dtype, device, requires_grad);

    public static Tensor ones(
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Sized(SizedKind.Ones, [rows, columns], dtype, device, requires_grad);

    public static Tensor ones(
        long dim0,
        long dim1,
        long dim2,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Sized(SizedKind.Ones, [dim0, dim1, dim2], dtype, device, requires_grad);

    public static Tensor ones(
        long dim0,
        long dim1,
        long dim2,
        long dim3,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Sized(SizedKind.Ones, [dim0, dim1, dim2, dim3], dtype, device, requires_grad);

    public static Tensor rand(
        ReadOnlySpan<long> size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Sized(SizedKind.Rand, size, dtype, device, requires_grad);

    public static Tensor rand(
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Sized(SizedKind.Rand, size, dtype, device, requires_grad);

    public static Tensor rand(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Sized(SizedKind.Rand, [size], dtype, device, requires_grad);

    public static Tensor rand(
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Sized(SizedKind.Rand, [rows, columns], dtype, device, requires_grad);

    public static Tensor rand(
        long dim0,
        long dim1,
        long dim2,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Sized(SizedKind.Rand, [dim0, dim1, dim2], dtype, device, requires_grad);

    public static Tensor rand(
        long dim0,
        long dim1,
        long dim2,
        long dim3,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Sized(SizedKind.Rand, [dim0, dim1, dim2, dim3], dtype, device, requires_grad);

    public static Tensor randn(
        ReadOnlySpan<long> size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Sized(SizedKind.Randn, size, dtype, device, requires_grad);

    public static Tensor randn(
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Sized(SizedKind.Randn, size, dtype, device, requires_grad);

    public static Tensor randn(
        long size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Sized(SizedKind.Randn, [size], dtype, device, requires_grad);

    public static Tensor randn(
        long rows,
        long columns,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Sized(SizedKind.Randn, [rows, columns], dtype, device, requires_grad);

    public static Tensor randn(
        long dim0,
        long dim1,
        long dim2,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Sized(SizedKind.Randn, [dim0, dim1, dim2], dtype, device, requires_grad);

    public static Tensor randn(
        long dim0,
        long dim1,
        long dim2,
        long dim3,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Sized(SizedKind.Randn, [dim0, dim1, dim2, dim3], dtype, device, requires_grad);

    public static unsafe Tensor full(
        ReadOnlySpan<long> size,
        Scalar value,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false)
    {
        var type = dtype ?? (value.IsIntegral ? ScalarType.Int64 : ScalarType.Float32);
        fixed (long* p = size)
        {
            return WithOptions(Own(torch_full(p, size.Length, value.Number, (int)type)), null, device, requires_grad);
        }
    }

    public static Tensor full(long[] size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        full((ReadOnlySpan<long>)size, value, dtype, device, requires_grad);

    public static Tensor full(long size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        full([size], value, dtype, device, requires_grad);

    public static Tensor full(long rows, long columns, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        full([rows, columns], value, dtype, device, requires_grad);

    /// <summary>From 0 up to <paramref name="stop"/>, which is left out.</summary>
    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(0, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(start, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(
        Scalar start,
        Scalar stop,
        Scalar step,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false)
    {
        var integral = start.IsIntegral && stop.IsIntegral && step.IsIntegral;
        var type = dtype ?? (integral ? ScalarType.Int64 : ScalarType.Float32);
        return WithOptions(Own(torch_arange(start.Number, stop.Number, step.Number, (int)type)), null, device, requires_grad);
    }

    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null) =>
        Own(torch_linspace(start, end, steps, (int)(dtype ?? ScalarType.Float32)));

    /// <summary>Ones on the diagonal; square unless <paramref name="columns"/> is given.</summary>
    public static Tensor eye(long rows, long columns = -1, ScalarType? dtype = null) =>
        Own(torch_eye(rows, columns < 0 ? rows : columns, (int)(dtype ?? ScalarType.Float32)));

    /// <summary>Integers from 0 up to <paramref name="max"/>, which is left out.</summary>
    public static Tensor randint(long max, ReadOnlySpan<long> size, ScalarType? dtype = null) => randint(0, max, size, dtype);

    public static Tensor randint(long max, long[] size, ScalarType? dtype = null) => randint(0, max, size, dtype);

    public static Tensor randint(long low, long high, long[] size, ScalarType? dtype = null) =>
        randint(low, high, (ReadOnlySpan<long>)size, dtype);

    public static unsafe Tensor randint(long low, long high, ReadOnlySpan<long> size, ScalarType? dtype = null)
    {
        fixed (long* p = size) return Own(torch_randint(low, high, p, size.Length, (int)(dtype ?? ScalarType.Int64)));
    }

    /// <summary>The numbers from 0 to <paramref name="n"/> - 1 in random order.</summary>
    public static Tensor randperm(long n, ScalarType? dtype = null) =>
        Own(torch_randperm(n, (int)(dtype ?? ScalarType.Int64)));

    public static Tensor multinomial(Tensor input, long num_samples, bool replacement = false) =>
        Own(torch_multinomial(input.Native, num_samples, replacement));

    public static Tensor bernoulli(Tensor input) => Own(torch_bernoulli(input.Native));

    public static Tensor empty_like(Tensor input) => Own(torch_empty_like(input.Native));

    public static Tensor zeros_like(Tensor input) => Own(torch_zeros_like(input.Native));

    public static Tensor ones_like(Tensor input) => Own(torch_ones_like(input.Native));

    public static Tensor full_like(Tensor input, Scalar value) => Own(torch_full_like(input.Native, value.Number));

    public static Tensor rand_like(Tensor input) => Own(torch_rand_like(input.Native));

    public static Tensor randn_like(Tensor input) => Own(torch_randn_like(input.Native));

    private static unsafe Tensor Sized(
        SizedKind kind,
        ReadOnlySpan<long> size,
        ScalarType? dtype,
        Device? device,
        bool requires_grad)
    {
        var type = (int)(dtype ?? ScalarType.Float32);
        fixed (long* p = size)
        {
            var handle = kind switch
            {
                SizedKind.Empty => torch_empty(p, size.Length, type),
                SizedKind.Zeros => torch_zeros(p, size.Length, type),
                SizedKind.Ones => torch_full(p, size.Length, ((Scalar)1).Number, type),
                SizedKind.Rand => torch_rand(p, size.Length, type),
                _ => torch_randn(p, size.Length, type),
            };
            return WithOptions(Own(handle), null, device, requires_grad);
        }
    }

    private enum SizedKind
    {
        Empty,
        Zeros,
        Ones,
        Rand,
        Randn,
    }
}
