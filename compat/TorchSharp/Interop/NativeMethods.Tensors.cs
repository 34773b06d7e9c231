using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

// One tensor: the C# side of Native/tensors.cpp.
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial int torch_dim(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial long torch_numel(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial long torch_element_size(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial int torch_dtype(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial int torch_device(NativeTensor tensor, int* index);

    [LibraryImport(Library)]
    internal static partial Flag torch_size(NativeTensor tensor, long dim, long* size);

    [LibraryImport(Library)]
    internal static partial void torch_shape(NativeTensor tensor, long* shape);

    [LibraryImport(Library)]
    internal static partial Flag torch_strides(NativeTensor tensor, long* strides);

    [LibraryImport(Library)]
    internal static partial Flag torch_is_contiguous(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial void* torch_data(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial Flag torch_item(NativeTensor tensor, double* real, long* integer);

    [LibraryImport(Library)]
    internal static partial nint torch_to_type(NativeTensor tensor, int type, Flag copy);

    [LibraryImport(Library)]
    internal static partial nint torch_to_device(NativeTensor tensor, int type, int index);

    [LibraryImport(Library)]
    internal static partial Flag torch_set_data(NativeTensor tensor, NativeTensor source);

    [LibraryImport(Library)]
    internal static partial nint torch_clone(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_alias(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_contiguous(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial Flag torch_copy_(NativeTensor tensor, NativeTensor source);

    [LibraryImport(Library)]
    internal static partial Flag torch_zero_(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial Flag torch_fill_(NativeTensor tensor, Number value);

    [LibraryImport(Library)]
    internal static partial Flag torch_allclose(
        NativeTensor a, NativeTensor b, double relative, double absolute, Flag equalNan, Flag* result);

    [LibraryImport(Library)]
    internal static partial Flag torch_equal(NativeTensor a, NativeTensor b, Flag* result);
}
