using TorchSharp.Interop;
using static TorchSharp.Interop.Native;
using static TorchSharp.Interop.NativeMethods;
using NativeIndex = TorchSharp.Interop.Index;

namespace TorchSharp;

public static partial class torch
{
    /// <content>Picking and writing elements by position.</content>
    public partial class Tensor
    {
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        public Tensor this[long i1]
        {
            get => index(i1);
            set => index_put_(value, i1);
        }

        public Tensor this[long i1, long i2]
        {
            get => index(i1, i2);
            set => index_put_(value, i1, i2);
        }

        public Tensor this[long i1, long i2, long i3]
        {
            get => index(i1, i2, i3);
            set => index_put_(value, i1, i2, i3);
        }

        public unsafe Tensor index(params TensorIndex[] indices)
        {
            var entries = Array.ConvertAll(indices, index => index.ToNative());
            fixed (NativeIndex* p = entries)
            {
                var result = Own(torch_index(Native, p, entries.Length));
                GC.KeepAlive(indices);
                return result;
            }
        }

        /// <summary>Writes the value, broadcast, to where the indices point.</summary>
        public unsafe Tensor index_put_(Tensor value, params TensorIndex[] indices)
        {
            var entries = Array.ConvertAll(indices, index => index.ToNative());
            fixed (NativeIndex* p = entries) Check(torch_index_put_(Native, p, entries.Length, value.Native));
            GC.KeepAlive(indices);
            return this;
        }

        public Tensor index_select(long dim, Tensor index) => Own(torch_index_select(Native, dim, index.Native));

        public Tensor gather(long dim, Tensor index) => Own(torch_gather(Native, dim, index.Native));

        public Tensor masked_select(Tensor mask) => Own(torch_masked_select(Native, mask.Native));

        public Tensor scatter(long dim, Tensor index, Tensor src) =>
            Own(torch_scatter(Native, dim, index.Native, src.Native));

        public Tensor scatter_(long dim, Tensor index, Tensor src)
        {
            Check(torch_scatter_(Native, dim, index.Native, src.Native));
            return this;
        }

        public Tensor scatter_add(long dim, Tensor index, Tensor src) =>
            Own(torch_scatter_add(Native, dim, index.Native, src.Native));

        public Tensor scatter_add_(long dim, Tensor index, Tensor src)
        {
            Check(torch_scatter_add_(Native, dim, index.Native, src.Native));
            return this;
        }

        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha)
        {
            Check(torch_index_add_(Native, dim, index.Native, source.Native, alpha.Number));
            return this;
        }
    }
}
