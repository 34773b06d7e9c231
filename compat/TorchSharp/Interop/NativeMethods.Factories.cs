using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

// Making tensors: the C# side of Native/factories.cpp.
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial nint torch_from_memory(void* data, long* sizes, int count, int type);

    [LibraryImport(Library)]
    internal static partial nint torch_empty(long* sizes, int count, int type);

    [LibraryImport(Library)]
    internal static partial nint torch_zeros(long* sizes, int count, int type);

    [LibraryImport(Library)]
    internal static partial nint torch_full(long* sizes, int count, Number value, int type);

    [LibraryImport(Library)]
    internal static partial nint torch_rand(long* sizes, int count, int type);

    [LibraryImport(Library)]
    internal static partial nint torch_randn(long* sizes, int count, int type);

    [LibraryImport(Library)]
    internal static partial nint torch_randint(long low, long high, long* sizes, int count, int type);

    [LibraryImport(Library)]
    internal static partial nint torch_randperm(long count, int type);

    [LibraryImport(Library)]
    internal static partial nint torch_arange(Number start, Number stop, Number step, int type);

    [LibraryImport(Library)]
    internal static partial nint torch_linspace(double start, double stop, long steps, int type);

    [LibraryImport(Library)]
    internal static partial nint torch_eye(long rows, long columns, int type);

    [LibraryImport(Library)]
    internal static partial nint torch_empty_like(NativeTensor like);

    [LibraryImport(Library)]
    internal static partial nint torch_zeros_like(NativeTensor like);

    [LibraryImport(Library)]
    internal static partial nint torch_ones_like(NativeTensor like);

    [LibraryImport(Library)]
    internal static partial nint torch_full_like(NativeTensor like, Number value);

    [LibraryImport(Library)]
    internal static partial nint torch_rand_like(NativeTensor like);

    [LibraryImport(Library)]
    internal static partial nint torch_randn_like(NativeTensor like);

    [LibraryImport(Library)]
    internal static partial nint torch_bernoulli(NativeTensor probabilities);

    [LibraryImport(Library)]
    internal static partial nint torch_multinomial(NativeTensor weights, long samples, Flag replacement);

    [LibraryImport(Library)]
    internal static partial Flag torch_uniform_(NativeTensor tensor, double low, double high);

    [LibraryImport(Library)]
    internal static partial Flag torch_normal_(NativeTensor tensor, double mean, double deviation);
}
