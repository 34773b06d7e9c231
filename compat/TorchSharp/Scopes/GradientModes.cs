using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Nothing is recorded for differentiation on this thread until the answer is disposed.</summary>
    public static IDisposable no_grad() => new GradientMode(false);

    /// <summary>Sets the thread's mode for as long as it lives, then sets it back.</summary>
    internal sealed class GradientMode : IDisposable
    {
        private readonly bool before = torch_grad_enabled();

        public GradientMode(bool enabled) => torch_set_grad_enabled(enabled);

        public void Dispose() => torch_set_grad_enabled(before);
    }
}
