using TorchSharp.Modules;
using static TorchSharp.Interop.Native;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>What is done to the gradients of many parameters in one native call.</summary>
        internal static class Gradients
        {
            public static unsafe void Clear(IReadOnlyCollection<Parameter> parameters)
            {
                fixed (nint* p = Handles(parameters)) Check(torch_clear_grads(p, parameters.Count));
                GC.KeepAlive(parameters);
            }

            public static unsafe double Clip(IReadOnlyCollection<Parameter> parameters, double most, double order)
            {
                double before;
                fixed (nint* p = Handles(parameters)) Check(torch_clip_grad_norm(p, parameters.Count, most, order, &before));
                GC.KeepAlive(parameters);
                return before;
            }
        }
    }
}
