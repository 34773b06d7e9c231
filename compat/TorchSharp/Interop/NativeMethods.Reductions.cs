using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

// Reductions and orders: the C# side of Native/reductions.cpp.
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial nint torch_all(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_any(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_max(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_min(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_median(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_argmax(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_argmin(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_nonzero(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_sum(NativeTensor tensor, int type);

    [LibraryImport(Library)]
    internal static partial nint torch_sum_dims(NativeTensor tensor, long* along, int count, Flag keep, int type);

    [LibraryImport(Library)]
    internal static partial nint torch_mean(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_mean_dims(NativeTensor tensor, long* along, int count, Flag keep, int type);

    [LibraryImport(Library)]
    internal static partial nint torch_std(NativeTensor tensor, Flag unbiased);

    [LibraryImport(Library)]
    internal static partial nint torch_std_dims(NativeTensor tensor, long* along, int count, Flag unbiased, Flag keep);

    [LibraryImport(Library)]
    internal static partial nint torch_var(NativeTensor tensor, Flag unbiased);

    [LibraryImport(Library)]
    internal static partial nint torch_var_dims(NativeTensor tensor, long* along, int count, Flag unbiased, Flag keep);

    [LibraryImport(Library)]
    internal static partial nint torch_norm(NativeTensor tensor, Number order);

    [LibraryImport(Library)]
    internal static partial nint torch_norm_dims(NativeTensor tensor, Number order, long* along, int count, Flag keep);

    [LibraryImport(Library)]
    internal static partial nint torch_logsumexp(NativeTensor tensor, long dim, Flag keep);

    [LibraryImport(Library)]
    internal static partial nint torch_cumsum(NativeTensor tensor, long dim);

    [LibraryImport(Library)]
    internal static partial nint torch_any_dim(NativeTensor tensor, long dim, Flag keep);

    [LibraryImport(Library)]
    internal static partial nint torch_all_dim(NativeTensor tensor, long dim, Flag keep);

    [LibraryImport(Library)]
    internal static partial nint torch_argmax_dim(NativeTensor tensor, long dim, Flag keep);

    [LibraryImport(Library)]
    internal static partial nint torch_argmin_dim(NativeTensor tensor, long dim, Flag keep);

    [LibraryImport(Library)]
    internal static partial nint torch_argsort(NativeTensor tensor, long dim, Flag descending);

    [LibraryImport(Library)]
    internal static partial Flag torch_max_dim(NativeTensor tensor, long dim, Flag keep, nint* values, nint* indexes);

    [LibraryImport(Library)]
    internal static partial Flag torch_min_dim(NativeTensor tensor, long dim, Flag keep, nint* values, nint* indexes);

    [LibraryImport(Library)]
    internal static partial Flag torch_sort(
        NativeTensor tensor, long dim, Flag descending, Flag stable, nint* values, nint* indexes);

    [LibraryImport(Library)]
    internal static partial Flag torch_topk(
        NativeTensor tensor, long count, long dim, Flag largest, Flag sorted, nint* values, nint* indexes);

    [LibraryImport(Library)]
    internal static partial nint torch_searchsorted(NativeTensor sequence, NativeTensor values, Flag right);
}
