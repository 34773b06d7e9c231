using TorchSharp.Modules;
using static TorchSharp.Interop.Native;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Over [batch, channels] or [batch, channels, time].</summary>
            public static BatchNorm1d BatchNorm1d(
                long features, double eps = 1e-5, double momentum = 0.1, bool affine = true) =>
                new(features, eps, momentum, affine);

            /// <summary>Over [batch, channels, height, width].</summary>
            public static BatchNorm2d BatchNorm2d(
                long features, double eps = 1e-5, double momentum = 0.1, bool affine = true) =>
                new(features, eps, momentum, affine);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>Batch normalisation (Ioffe and Szegedy, 2015): by channel, over the batch and everything else. Training
    /// moves the running mean and variance, which evaluation uses, towards the batch's.</summary>
    public abstract class BatchNorm : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly double epsilon;
        private readonly double momentum;
        private readonly Parameter? weight;
        private readonly Parameter? bias;
        private readonly torch.Tensor mean;
        private readonly torch.Tensor variance;
        private readonly torch.Tensor batches;

        private protected BatchNorm(string name, long features, double epsilon, double momentum, bool affine)
            : base(name)
        {
            (this.epsilon, this.momentum) = (epsilon, momentum);
            long[] size = [features];
            if (affine)
            {
                using var ones = torch.ones(size);
                using var zeros = torch.zeros(size);
                Register(nameof(weight), weight = new Parameter(ones));
                Register(nameof(bias), bias = new Parameter(zeros));
            }

            Register("running_mean", mean = torch.zeros(size));
            Register("running_var", variance = torch.ones(size));
            Register("num_batches_tracked", batches = torch.zeros([], torch.ScalarType.Int64));
        }

        public override torch.Tensor forward(torch.Tensor input)
        {
            if (training) Check(torch_add_n_(batches.Native, ((Scalar)1).Number));
            return Own(torch_batch_norm(
                input.Native,
                Optional(weight),
                Optional(bias),
                mean.Native,
                variance.Native,
                training,
                momentum,
                epsilon));
        }
    }

    public sealed class BatchNorm1d : BatchNorm
    {
        internal BatchNorm1d(long features, double epsilon, double momentum, bool affine)
            : base(nameof(BatchNorm1d), features, epsilon, momentum, affine)
        {
        }
    }

    public sealed class BatchNorm2d : BatchNorm
    {
        internal BatchNorm2d(long features, double epsilon, double momentum, bool affine)
            : base(nameof(BatchNorm2d), features, epsilon, momentum, affine)
        {
        }
    }
}
