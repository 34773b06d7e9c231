using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

// Gradients: the C# side of Native/autograd.cpp.
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial Flag torch_requires_grad(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial Flag torch_set_requires_grad(NativeTensor tensor, Flag requiresGrad);

    [LibraryImport(Library)]
    internal static partial Flag torch_is_leaf(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial Flag torch_backward(NativeTensor tensor, NativeTensor gradient, Flag retainGraph);

    [LibraryImport(Library)]
    internal static partial Flag torch_grad(NativeTensor tensor, nint* gradient);

    [LibraryImport(Library)]
    internal static partial Flag torch_set_grad(NativeTensor tensor, NativeTensor gradient);

    [LibraryImport(Library)]
    internal static partial nint torch_detach(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial Flag torch_gradients(
        nint* outputs, int outputCount, nint* inputs, int inputCount, nint* outputGradients, Flag retainGraph,
        Flag createGraph, Flag allowUnused, nint* gradients);
}
