using TorchSharp.Modules;
using static TorchSharp.Interop.Native;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Linear Linear(long inputSize, long outputSize, bool hasBias = true) =>
                new(inputSize, outputSize, hasBias);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>x Wᵀ + b, for x with the inputs in its last dimension. First values as PyTorch draws them: uniform
    /// within 1 / √inputs.</summary>
    public sealed class Linear : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly Parameter weight;
        private readonly Parameter? bias;

        internal Linear(long inputs, long outputs, bool hasBias)
            : base(nameof(Linear))
        {
            var bound = 1 / Math.Sqrt(inputs);
            Register(nameof(weight), weight = Drawn([outputs, inputs], bound));
            if (hasBias) Register(nameof(bias), bias = Drawn([outputs], bound));
        }

        public override torch.Tensor forward(torch.Tensor tensor) =>
            Own(torch_linear(tensor.Native, weight.Native, Optional(bias)));

        private static Parameter Drawn(long[] size, double bound)
        {
            using var values = torch.empty(size);
            Check(torch_uniform_(values.Native, -bound, bound));
            return new Parameter(values);
        }
    }
}
