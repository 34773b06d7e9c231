using static TorchSharp.Interop.Native;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    /// <content>Sums, means, extremes and orders.</content>
    public partial class Tensor
    {
        public Tensor all() => Own(torch_all(Native));

        public Tensor any() => Own(torch_any(Native));

        public Tensor max() => Own(torch_max(Native));

        public Tensor min() => Own(torch_min(Native));

        public Tensor median() => Own(torch_median(Native));

        public Tensor argmax() => Own(torch_argmax(Native));

        public Tensor argmin() => Own(torch_argmin(Native));

        public Tensor mean() => Own(torch_mean(Native));

        public Tensor all(long dim, bool keepdim = false) => Own(torch_all_dim(Native, dim, keepdim));

        public Tensor any(long dim, bool keepdim = false) => Own(torch_any_dim(Native, dim, keepdim));

        public Tensor argmax(long dim, bool keepdim = false) => Own(torch_argmax_dim(Native, dim, keepdim));

        public Tensor argmin(long dim, bool keepdim = false) => Own(torch_argmin_dim(Native, dim, keepdim));

        /// <summary>Along one dimension, with the positions.</summary>
        public unsafe (Tensor values, Tensor indexes) max(long dim, bool keepdim = false)
        {
            nint values, indexes;
            Check(torch_max_dim(Native, dim, keepdim, &values, &indexes));
            return (Own(values), Own(indexes));
        }

        /// <summary>Along one dimension, with the positions.</summary>
        public unsafe (Tensor values, Tensor indexes) min(long dim, bool keepdim = false)
        {
            nint values, indexes;
            Check(torch_min_dim(Native, dim, keepdim, &values, &indexes));
            return (Own(values), Own(indexes));
        }

        public Tensor sum(ScalarType? type = null) => Own(torch_sum(Native, Optional(type)));

        public unsafe Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) =>
            Own(torch_sum_dims(Native, &dim, 1, keepdim, Optional(type)));

        public unsafe Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null)
        {
            fixed (long* p = dim) return Own(torch_sum_dims(Native, p, dim.Length, keepdim, Optional(type)));
        }

        public unsafe Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null)
        {
            fixed (long* p = dimensions) return Own(torch_mean_dims(Native, p, dimensions.Length, keepdim, Optional(type)));
        }

        public Tensor std(bool unbiased = true) => Own(torch_std(Native, unbiased));

        public unsafe Tensor std(long dim, bool unbiased = true, bool keepdim = false) =>
            Own(torch_std_dims(Native, &dim, 1, unbiased, keepdim));

        public unsafe Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false)
        {
            fixed (long* p = dimensions) return Own(torch_std_dims(Native, p, dimensions.Length, unbiased, keepdim));
        }

        public Tensor var(bool unbiased = true) => Own(torch_var(Native, unbiased));

        public unsafe Tensor var(long dim, bool unbiased = true, bool keepdim = false) =>
            Own(torch_var_dims(Native, &dim, 1, unbiased, keepdim));

        public unsafe Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false)
        {
            fixed (long* p = dimensions) return Own(torch_var_dims(Native, p, dimensions.Length, unbiased, keepdim));
        }

        public Tensor norm(float p = 2) => Own(torch_norm(Native, ((Scalar)p).Number));

        public unsafe Tensor norm(int dim, bool keepdim = false, float p = 2)
        {
            long along = dim;
            return Own(torch_norm_dims(Native, ((Scalar)p).Number, &along, 1, keepdim));
        }

        public Tensor logsumexp(long dim, bool keepdim = false) => Own(torch_logsumexp(Native, dim, keepdim));

        public Tensor cumsum(long dim) => Own(torch_cumsum(Native, dim));

        public Tensor argsort(long dim = -1, bool descending = false) => Own(torch_argsort(Native, dim, descending));

        public unsafe (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false)
        {
            nint values, indexes;
            Check(torch_sort(Native, dim, descending, stable, &values, &indexes));
            return (Own(values), Own(indexes));
        }

        public unsafe (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true)
        {
            nint values, indexes;
            Check(torch_topk(Native, k, dim, largest, sorted, &values, &indexes));
            return (Own(values), Own(indexes));
        }

        /// <summary>The positions of the elements that are not zero, one row each.</summary>
        public Tensor nonzero() => Own(torch_nonzero(Native));

        public Tensor softmax(long dim, ScalarType? dtype = null) => Own(torch_softmax(Native, dim, Optional(dtype)));

        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Own(torch_log_softmax(Native, dim, Optional(dtype)));

        internal static int Optional(ScalarType? type) => type is { } given ? (int)given : -1;
    }
}
