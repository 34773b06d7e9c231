using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

// Picking and writing elements: the C# side of Native/indexing.cpp.
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial nint torch_index(NativeTensor tensor, Index* entries, int count);

    [LibraryImport(Library)]
    internal static partial Flag torch_index_put_(NativeTensor tensor, Index* entries, int count, NativeTensor value);

    [LibraryImport(Library)]
    internal static partial nint torch_index_select(NativeTensor tensor, long dim, NativeTensor index);

    [LibraryImport(Library)]
    internal static partial nint torch_gather(NativeTensor tensor, long dim, NativeTensor index);

    [LibraryImport(Library)]
    internal static partial nint torch_scatter(NativeTensor tensor, long dim, NativeTensor index, NativeTensor source);

    [LibraryImport(Library)]
    internal static partial Flag torch_scatter_(NativeTensor tensor, long dim, NativeTensor index, NativeTensor source);

    [LibraryImport(Library)]
    internal static partial Flag torch_scatter_n_(NativeTensor tensor, long dim, NativeTensor index, Number value);

    [LibraryImport(Library)]
    internal static partial nint torch_scatter_add(
        NativeTensor tensor, long dim, NativeTensor index, NativeTensor source);

    [LibraryImport(Library)]
    internal static partial Flag torch_scatter_add_(
        NativeTensor tensor, long dim, NativeTensor index, NativeTensor source);

    [LibraryImport(Library)]
    internal static partial Flag torch_index_add_(
        NativeTensor tensor, long dim, NativeTensor index, NativeTensor source, Number alpha);

    [LibraryImport(Library)]
    internal static partial nint torch_masked_select(NativeTensor tensor, NativeTensor mask);

    [LibraryImport(Library)]
    internal static partial nint torch_one_hot(NativeTensor classes, long count);
}
