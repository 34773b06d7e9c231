using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

// The process and the thread: the C# side of Native/runtime.cpp.
internal static partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial nint torch_last_error();

    [LibraryImport(Library)]
    internal static partial void torch_release(nint tensor);

    [LibraryImport(Library)]
    internal static partial long torch_live_tensors();

    [LibraryImport(Library)]
    internal static partial Flag torch_set_threads(int threads);

    [LibraryImport(Library)]
    internal static partial int torch_threads();

    [LibraryImport(Library)]
    internal static partial Flag torch_set_interop_threads(int threads);

    [LibraryImport(Library)]
    internal static partial Flag torch_seed(long seed);

    [LibraryImport(Library)]
    internal static partial nint torch_random_state();

    [LibraryImport(Library)]
    internal static partial Flag torch_set_random_state(NativeTensor state);

    [LibraryImport(Library)]
    internal static partial Flag torch_grad_enabled();

    [LibraryImport(Library)]
    internal static partial void torch_set_grad_enabled(Flag enabled);

    [LibraryImport(Library)]
    internal static partial nint torch_inference_enter(Flag enabled);

    [LibraryImport(Library)]
    internal static partial void torch_inference_leave(nint guard);

    [LibraryImport(Library)]
    internal static partial Flag torch_inference_enabled();
}
