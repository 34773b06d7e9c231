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

        private bool IsInvalid => Native.IsClosed || Native.IsInvalid;

        public ScalarType dtype => (ScalarType)torch_dtype(Native);

        public unsafe Device device
        {
            get
            {
                int index;
                return new Device(torch_device(Native, &index), index);
            }
        }

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

        public long numel() => torch_numel(Native);

        /// <summary>The memory of a contiguous tensor, whatever its type; assigning copies as many bytes in. The span
        /// is good for as long as the tensor lives.</summary>
        public unsafe Span<byte> bytes
        {
            get
            {
                if (!torch_is_contiguous(Native))
                {
                    throw new NotSupportedException("bytes needs a contiguous tensor: call contiguous() first.");
                }

                return new Span<byte>(Data(), checked((int)(numel() * torch_element_size(Native))));
            }

            set
            {
                var memory = bytes;
                if (value.Length != memory.Length)
                {
                    throw new ArgumentException(
                        $"{value.Length} bytes for a tensor of {memory.Length} bytes.", nameof(value));
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
            throw new NotSupportedException($"item<{typeof(T).Name}>: use float, double or long.");
        }

        public Tensor to(Device device) => Own(torch_to_device(Native, device.Type, device.Index));

        public Tensor to_type(ScalarType type, bool copy = false) => Own(torch_to_type(Native, (int)type, copy));

        public Tensor cpu() => Own(torch_to_device(Native, Device.Processor, -1));

        public Tensor clone() => Own(torch_clone(Native));

        public Tensor contiguous() => Own(torch_contiguous(Native));

        public Tensor copy_(Tensor source)
        {
            Check(torch_copy_(Native, source.Native));
            return this;
        }

        public Tensor fill_(Scalar value)
        {
            Check(torch_fill_(Native, value.Number));
            return this;
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
            : string.Create(CultureInfo.InvariantCulture, $"{dtype} [{string.Join('x', shape)}] on {device}");

        internal unsafe void* Data()
        {
            var data = torch_data(Native);
            return data is null && numel() > 0 ? throw Failure() : data;
        }
    }
}
