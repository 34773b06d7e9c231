using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

// Views and joins: the C# side of Native/shapes.cpp.
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial nint torch_view(NativeTensor tensor, long* sizes, int count);

    [LibraryImport(Library)]
    internal static partial nint torch_reshape(NativeTensor tensor, long* sizes, int count);

    [LibraryImport(Library)]
    internal static partial nint torch_expand(NativeTensor tensor, long* sizes, int count);

    [LibraryImport(Library)]
    internal static partial nint torch_repeat(NativeTensor tensor, long* times, int count);

    [LibraryImport(Library)]
    internal static partial nint torch_permute(NativeTensor tensor, long* order, int count);

    [LibraryImport(Library)]
    internal static partial nint torch_flip(NativeTensor tensor, long* along, int count);

    [LibraryImport(Library)]
    internal static partial nint torch_roll(NativeTensor tensor, long shift, long dim, int along);

    [LibraryImport(Library)]
    internal static partial nint torch_flatten(NativeTensor tensor, long first, long last);

    [LibraryImport(Library)]
    internal static partial nint torch_unsqueeze(NativeTensor tensor, long dim);

    [LibraryImport(Library)]
    internal static partial nint torch_squeeze(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_squeeze_dim(NativeTensor tensor, long dim);

    [LibraryImport(Library)]
    internal static partial nint torch_transpose(NativeTensor tensor, long first, long second);

    [LibraryImport(Library)]
    internal static partial nint torch_t(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_narrow(NativeTensor tensor, long dim, long start, long length);

    [LibraryImport(Library)]
    internal static partial nint torch_slice(NativeTensor tensor, long dim, long start, long stop, long step);

    [LibraryImport(Library)]
    internal static partial nint torch_triu(NativeTensor tensor, long diagonal);

    [LibraryImport(Library)]
    internal static partial nint torch_tril(NativeTensor tensor, long diagonal);

    [LibraryImport(Library)]
    internal static partial nint torch_diagonal(NativeTensor tensor, long offset, long first, long second);

    [LibraryImport(Library)]
    internal static partial nint torch_diag(NativeTensor tensor, long diagonal);

    [LibraryImport(Library)]
    internal static partial nint torch_unfold(NativeTensor tensor, long dim, long size, long step);

    [LibraryImport(Library)]
    internal static partial nint torch_cat(nint* tensors, int count, long dim);

    [LibraryImport(Library)]
    internal static partial nint torch_stack(nint* tensors, int count, long dim);

    [LibraryImport(Library)]
    internal static partial Flag torch_split(
        NativeTensor tensor, long size, long dim, nint* parts, int room, int* count);
}
