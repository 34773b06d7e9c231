using TorchSharp.Interop;
using static TorchSharp.Interop.Native;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Sets whether operations on this tensor are recorded for differentiation.</summary>
        public Tensor requires_grad_(bool requires_grad = true)
        {
            Check(torch_set_requires_grad(Native, requires_grad));
            return this;
        }

        /// <summary>Adds the gradient of this one number to every leaf that it was computed from.</summary>
        public void backward() => Check(torch_backward(Native, NativeTensor.None, false));

        /// <summary>The same values, cut off from what they were computed from.</summary>
        public Tensor detach() => Own(torch_detach(Native));
    }

    public static class autograd
    {
        /// <summary>The gradients of the outputs with respect to each input; what the leaves have gathered
        /// stays.</summary>
        public static unsafe IList<Tensor> grad(
            IList<Tensor> outputs,
            IList<Tensor> inputs,
            IList<Tensor>? grad_outputs = null,
            bool retain_graph = false,
            bool create_graph = false)
        {
            var of = Handles(outputs);
            var by = Handles(inputs);
            var seeds = grad_outputs is null ? null : Handles(grad_outputs);
            var results = new nint[by.Length];
            fixed (nint* o = of, i = by, s = seeds, r = results)
            {
                Check(torch_gradients(o, of.Length, i, by.Length, s, retain_graph, create_graph, false, r));
            }

            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            return Array.ConvertAll(results, Own);
        }
    }
}
