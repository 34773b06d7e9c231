using TorchSharp.Interop;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Nothing is recorded for differentiation on this thread until the answer is disposed.</summary>
    public static IDisposable no_grad() => new GradientMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new GradientMode(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => new GradientMode(mode);

    public static bool is_grad_enabled() => torch_grad_enabled();

    /// <summary>As <see cref="no_grad"/>, and tensors made meanwhile can never be differentiated: the cheapest mode.</summary>
    public static IDisposable inference_mode(bool mode = true) => new Inference(mode);

    public static bool is_inference_mode_enabled() => torch_inference_enabled();

    private sealed class GradientMode : IDisposable
    {
        private readonly bool before = torch_grad_enabled();

        public GradientMode(bool enabled) => torch_set_grad_enabled(enabled);

        public void Dispose() => torch_set_grad_enabled(before);
    }

    // libtorch's guard lives on the thread that made it: begin and end belong on one thread, as for every scope here.
    private sealed class Inference : IDisposable
    {
        private nint guard;

        public Inference(bool enabled)
        {
            guard = torch_inference_enter(enabled);
            if (guard == 0) throw Native.Failure();
        }

        public void Dispose()
        {
            if (guard != 0) torch_inference_leave(guard);
            guard = 0;
        }
    }
}
