using TorchSharp.Interop;
using NativeIndex = TorchSharp.Interop.Index;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>One entry of an index expression: a position, a slice, <c>...</c>, a new dimension, a mask or positions.</summary>
    public readonly struct TensorIndex
    {
        /// <summary>As many whole dimensions as are left.</summary>
        public static readonly TensorIndex Ellipsis = new(IndexKind.Ellipsis);

        /// <summary>A new dimension of size 1.</summary>
        public static readonly TensorIndex None = new(IndexKind.NewDimension);

        /// <summary>The whole of one dimension.</summary>
        public static readonly TensorIndex Colon = Slice();

        private readonly IndexKind kind;
        private readonly long start;
        private readonly long stop;
        private readonly long step;
        private readonly Tensor? tensor;

        private TensorIndex(IndexKind kind, long start = 0, long stop = 0, long step = 0, Tensor? tensor = null)
        {
            this.kind = kind;
            this.start = start;
            this.stop = stop;
            this.step = step;
            this.tensor = tensor;
        }

        public static implicit operator TensorIndex(long value) => new(IndexKind.Position, value);

        public static implicit operator TensorIndex(Range range) => Slice(range);

        public static TensorIndex Single(long? index) =>
            new(IndexKind.Position, index ?? throw new ArgumentNullException(nameof(index)));

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) =>
            new(IndexKind.Slice, start ?? NativeIndex.Absent, stop ?? NativeIndex.Absent, step ?? NativeIndex.Absent);

        public static TensorIndex Slice(Range range) => Slice(
            range.Start.IsFromEnd ? -range.Start.Value : range.Start.Value,
            range.End.IsFromEnd ? (range.End.Value == 0 ? null : -range.End.Value) : range.End.Value);

        /// <summary>A mask of truth values, or positions.</summary>
        public static TensorIndex Tensor(Tensor tensor) => new(IndexKind.Tensor, tensor: tensor);

        internal NativeIndex ToNative() => new(kind, start, stop, step, tensor?.Native.DangerousGetHandle() ?? 0);
    }
}
