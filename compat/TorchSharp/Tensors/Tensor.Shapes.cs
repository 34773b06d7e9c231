using static TorchSharp.Interop.Native;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    /// <content>Views, and elements picked by position.</content>
    public partial class Tensor
    {
        public Tensor unsqueeze(long dim) => Own(torch_unsqueeze(Native, dim));

        /// <summary>Without one dimension of size 1; without all of them when none is named.</summary>
        public Tensor squeeze(long? dim = null) =>
            Own(dim is { } one ? torch_squeeze_dim(Native, one) : torch_squeeze(Native));

        public Tensor transpose(long dim0, long dim1) => Own(torch_transpose(Native, dim0, dim1));

        public Tensor narrow(long dim, long start, long length) => Own(torch_narrow(Native, dim, start, length));

        public Tensor index_select(long dim, Tensor index) => Own(torch_index_select(Native, dim, index.Native));

        public Tensor gather(long dim, Tensor index) => Own(torch_gather(Native, dim, index.Native));

        public Tensor scatter_add(long dim, Tensor index, Tensor src) =>
            Own(torch_scatter_add(Native, dim, index.Native, src.Native));
    }
}
