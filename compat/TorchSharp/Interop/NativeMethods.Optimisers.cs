using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

// Optimiser steps: the C# side of Native/optimisers.cpp.
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial Flag torch_adam_step(
        nint* parameters, nint* means, nint* squares, long* steps, int count, double rate, double beta1, double beta2,
        double epsilon, double decay, Flag decoupled);

    [LibraryImport(Library)]
    internal static partial Flag torch_sgd_step(
        nint* parameters, nint* momenta, long* started, int count, double rate, double momentum, double dampening,
        double decay, Flag nesterov);

    [LibraryImport(Library)]
    internal static partial Flag torch_clear_grads(nint* parameters, int count);

    [LibraryImport(Library)]
    internal static partial Flag torch_clip_grad_norm(
        nint* parameters, int count, double most, double order, double* before);
}
