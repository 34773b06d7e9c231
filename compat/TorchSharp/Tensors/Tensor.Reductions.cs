using static TorchSharp.Interop.Native;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    /// <content>Sums, means, extremes and orders.</content>
    public partial class Tensor
    {
        public Tensor mean() => Own(torch_mean(Native));

        public Tensor argmax(long dim, bool keepdim = false) => Own(torch_argmax_dim(Native, dim, keepdim));

        public Tensor sum(ScalarType? type = null) => Own(torch_sum(Native, Optional(type)));

        public unsafe Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) =>
            Own(torch_sum_dims(Native, &dim, 1, keepdim, Optional(type)));

        public unsafe Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null)
        {
            fixed (long* p = dim) return Own(torch_sum_dims(Native, p, dim.Length, keepdim, Optional(type)));
        }

        public unsafe Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null)
        {
            fixed (long* p = dimensions)
            {
                return Own(torch_mean_dims(Native, p, dimensions.Length, keepdim, Optional(type)));
            }
        }

        public Tensor softmax(long dim, ScalarType? dtype = null) => Own(torch_softmax(Native, dim, Optional(dtype)));

        internal static int Optional(ScalarType? type) => type is { } given ? (int)given : -1;
    }
}
