using System.Globalization;
using System.Runtime.InteropServices;
using TorchSharp.Interop;
using TorchSharp.Utils;
using static TorchSharp.Interop.Native;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor of libtorch. It belongs to the innermost dispose scope of the thread that made it, if there is
    /// one. Shape errors and the like come as <see cref="ExternalException"/> with libtorch's message.</summary>
    /// <remarks>In-place operations (names that end in <c>_</c>) give back the tensor itself.</remarks>
    public partial class Tensor : IDisposable
    {
        internal Tensor(nint handle)
            : this(new NativeTensor(handle)) => DisposeScope.Innermost?.Take(this);

        /// <summary>A tensor that no scope owns.</summary>
        private protected Tensor(NativeTensor native) => Native = native;

        /// <summary>How many tensors this process holds that nobody has disposed or collected.</summary>
        public static long TotalCount => torch_live_tensors();

        internal NativeTensor Native { get; }

        /// <summary>The scope that disposes this tensor, and its place there.</summary>
        internal DisposeScope? Scope { get; set; }

        internal int PlaceInScope { get; set; }

        public bool IsInvalid => Native.IsClosed || Native.IsInvalid;

        public ScalarType dtype => (ScalarType)torch_dtype(Native);

        public unsafe Device device
        {
            get
            {
                int index;
                var type = (DeviceType)torch_device(Native, &index);
                return type == DeviceType.CPU && index < 0 ? CPU : new Device(type, index);
            }
        }

        public DeviceType device_type => device.type;

        /// <summary>The size of every dimension.</summary>
        public unsafe long[] shape
        {
            get
            {
                var sizes = new long[torch_dim(Native)];
                fixed (long* p = sizes) torch_shape(Native, p);
                return sizes;
            }
        }

        /// <summary>The number of dimensions.</summary>
        public long ndim => torch_dim(Native);

        public long Dimensions => torch_dim(Native);

        public long NumberOfElements => torch_numel(Native);

        /// <summary>Bytes an element.</summary>
        public long ElementSize => torch_element_size(Native);

        public long dim() => torch_dim(Native);

        public long numel() => torch_numel(Native);

        public long[] size() => shape;

        /// <summary>The size of one dimension; a negative one counts from the end.</summary>
        public unsafe long size(int dim)
        {
            long size;
            Check(torch_size(Native, dim, &size));
            return size;
        }

        public unsafe long[] stride()
        {
            var steps = new long[torch_dim(Native)];
            fixed (long* p = steps) Check(torch_strides(Native, p));
            return steps;
        }

        public bool is_contiguous() => torch_is_contiguous(Native);

        public bool is_floating_point() =>
            dtype is ScalarType.Float32 or ScalarType.Float64 or ScalarType.BFloat16 or ScalarType.Float16;

        /// <summary>The memory of a contiguous tensor, whatever its type; assigning copies as many bytes in. The span is good
        /// for as long as the tensor lives.</summary>
        public unsafe Span<byte> bytes
        {
            get
            {
                if (!is_contiguous()) throw new NotSupportedException("bytes needs a contiguous tensor: call contiguous() first.");
                return new Span<byte>(Data(), checked((int)(NumberOfElements * ElementSize)));
            }

            set
            {
                var memory = bytes;
                if (value.Length != memory.Length)
                {
                    throw new ArgumentException($"{value.Length} bytes for a tensor of {memory.Length} bytes.", nameof(value));
                }

                value.CopyTo(memory);
            }
        }

        /// <summary>The elements, in row-major order, as values of .NET.</summary>
        public TensorAccessor<T> data<T>()
            where T : struct => new(this);

        /// <summary>The one element of a tensor with one element.</summary>
        public unsafe T item<T>()
            where T : struct
        {
            double real;
            long integer;
            Check(torch_item(Native, &real, &integer));
            if (typeof(T) == typeof(float)) return (T)(object)(float)real;
            if (typeof(T) == typeof(double)) return (T)(object)real;
            if (typeof(T) == typeof(long)) return (T)(object)integer;
            if (typeof(T) == typeof(int)) return (T)(object)checked((int)integer);
            if (typeof(T) == typeof(bool)) return (T)(object)(integer != 0);
            throw new NotSupportedException($"item<{typeof(T).Name}>: use float, double, long, int or bool.");
        }

        public Tensor to(ScalarType type) => Own(torch_to_type(Native, (int)type, false));

        public Tensor to(Device device) => Own(torch_to_device(Native, (int)device.type, device.index));

        public Tensor to_type(ScalarType type, bool copy = false) => Own(torch_to_type(Native, (int)type, copy));

        public Tensor cpu() => to(CPU);

        public Tensor clone() => Own(torch_clone(Native));

        public Tensor alias() => Own(torch_alias(Native));

        public Tensor contiguous() => Own(torch_contiguous(Native));

        public Tensor copy_(Tensor source)
        {
            Check(torch_copy_(Native, source.Native));
            return this;
        }

        public Tensor zero_()
        {
            Check(torch_zero_(Native));
            return this;
        }

        public Tensor fill_(Scalar value)
        {
            Check(torch_fill_(Native, value.Number));
            return this;
        }

        public Tensor normal_(double mean = 0, double std = 1)
        {
            Check(torch_normal_(Native, mean, std));
            return this;
        }

        public Tensor uniform_(double from, double to)
        {
            Check(torch_uniform_(Native, from, to));
            return this;
        }

        public unsafe bool allclose(Tensor target, double rtol = 1e-5, double atol = 1e-8, bool equal_nan = false)
        {
            Flag close;
            Check(torch_allclose(Native, target.Native, rtol, atol, equal_nan, &close));
            return close;
        }

        /// <summary>Takes this tensor out of its scope: from now on the caller disposes it.</summary>
        public Tensor DetachFromDisposeScope()
        {
            Scope?.Release(this);
            return this;
        }

        /// <summary>Gives this tensor to the scope around its own; without one, to the caller.</summary>
        public Tensor MoveToOuterDisposeScope()
        {
            Scope?.MoveToOuter(this);
            return this;
        }

        public void Dispose()
        {
            Scope?.Release(this);
            Native.Dispose();
            GC.SuppressFinalize(this);
        }

        public override string ToString() => IsInvalid
            ? "a disposed tensor"
            : string.Create(CultureInfo.InvariantCulture, $"[{string.Join('x', shape)}], type = {dtype}, device = {device}");

        internal unsafe void* Data()
        {
            var data = torch_data(Native);
            return data is null && NumberOfElements > 0 ? throw Failure() : data;
        }
    }
}

public static class TensorExtensionMethods
{
    public static float ToSingle(this torch.Tensor value) => value.item<float>();

    public static double ToDouble(this torch.Tensor value) => value.item<double>();

    public static int ToInt32(this torch.Tensor value) => value.item<int>();

    public static long ToInt64(this torch.Tensor value) => value.item<long>();

    public static bool ToBoolean(this torch.Tensor value) => value.item<bool>();
}
