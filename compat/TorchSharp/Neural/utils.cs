using TorchSharp.Modules;
using static TorchSharp.Interop.Native;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static class utils
        {
            /// <summary>Scales all gradients by one factor, so that their common norm is at most
            /// <paramref name="max_norm"/>.</summary>
            /// <returns>The norm before.</returns>
            public static unsafe double clip_grad_norm_(
                IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2)
            {
                var list = tensors as IList<Parameter> ?? [.. tensors];
                double before;
                fixed (nint* p = Handles(list))
                {
                    Check(torch_clip_grad_norm(p, list.Count, max_norm, norm_type, &before));
                }

                GC.KeepAlive(list);
                return before;
            }
        }
    }
}
