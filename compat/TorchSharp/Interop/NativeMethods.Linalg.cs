using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

// Matrices: the C# side of Native/linalg.cpp.
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial nint torch_matmul(NativeTensor a, NativeTensor b);

    [LibraryImport(Library)]
    internal static partial nint torch_mm(NativeTensor a, NativeTensor b);

    [LibraryImport(Library)]
    internal static partial nint torch_bmm(NativeTensor a, NativeTensor b);

    [LibraryImport(Library)]
    internal static partial nint torch_addmm(
        NativeTensor bias, NativeTensor a, NativeTensor b, double beta, double alpha);

    [LibraryImport(Library)]
    internal static partial nint torch_cdist(NativeTensor a, NativeTensor b, double order);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint torch_einsum(string equation, nint* operands, int count);

    [LibraryImport(Library)]
    internal static partial nint torch_linalg_cholesky(NativeTensor matrix);

    [LibraryImport(Library)]
    internal static partial nint torch_linalg_inv(NativeTensor matrix);

    [LibraryImport(Library)]
    internal static partial nint torch_linalg_solve(NativeTensor matrix, NativeTensor right);

    [LibraryImport(Library)]
    internal static partial Flag torch_linalg_eigh(NativeTensor matrix, Flag upper, nint* values, nint* vectors);

    [LibraryImport(Library)]
    internal static partial Flag torch_linalg_svd(
        NativeTensor matrix, Flag full, nint* left, nint* values, nint* right);
}
