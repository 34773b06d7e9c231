using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>What batch normalisation is in any number of dimensions: by channel, over the batch and everything else.</summary>
    public abstract class BatchNorm : Module<torch.Tensor, torch.Tensor>
    {
        private readonly double epsilon;
        private readonly double momentum;
        private readonly torch.Tensor batches;

        private protected BatchNorm(string name, long features, double epsilon, double momentum, bool affine)
            : base(name)
        {
            (this.epsilon, this.momentum) = (epsilon, momentum);
            if (affine)
            {
                weight = new Parameter(torch.ones(features).DetachFromDisposeScope());
                bias = new Parameter(torch.zeros(features).DetachFromDisposeScope());
                register_parameter(nameof(weight), weight);
                register_parameter(nameof(bias), bias);
            }

            running_mean = torch.zeros(features).DetachFromDisposeScope();
            running_var = torch.ones(features).DetachFromDisposeScope();
            batches = torch.zeros([], torch.ScalarType.Int64).DetachFromDisposeScope();
            register_buffer(nameof(running_mean), running_mean);
            register_buffer(nameof(running_var), running_var);
            register_buffer("num_batches_tracked", batches);
        }

        public Parameter? weight { get; }

        public Parameter? bias { get; }

        /// <summary>The mean that evaluation uses.</summary>
        public torch.Tensor running_mean { get; }

        /// <summary>The variance that evaluation uses.</summary>
        public torch.Tensor running_var { get; }

        public override torch.Tensor forward(torch.Tensor input)
        {
            if (training) batches.add_(1);
            return functional.batch_norm(input, running_mean, running_var, weight, bias, training, momentum, epsilon);
        }
    }

    /// <summary>Over [batch, channels] or [batch, channels, time].</summary>
    public sealed class BatchNorm1d : BatchNorm
    {
        internal BatchNorm1d(long features, double epsilon, double momentum, bool affine)
            : base(nameof(BatchNorm1d), features, epsilon, momentum, affine)
        {
        }
    }

    /// <summary>Over [batch, channels, height, width].</summary>
    public sealed class BatchNorm2d : BatchNorm
    {
        internal BatchNorm2d(long features, double epsilon, double momentum, bool affine)
            : base(nameof(BatchNorm2d), features, epsilon, momentum, affine)
        {
        }
    }

    /// <summary>Each item by itself, over its last dimensions.</summary>
    public sealed class LayerNorm : Module<torch.Tensor, torch.Tensor>
    {
        private readonly long[] shape;
        private readonly double epsilon;

        internal LayerNorm(long[] shape, double epsilon, bool affine)
            : base(nameof(LayerNorm))
        {
            (this.shape, this.epsilon) = (shape, epsilon);
            if (!affine) return;
            weight = new Parameter(torch.ones(shape).DetachFromDisposeScope());
            bias = new Parameter(torch.zeros(shape).DetachFromDisposeScope());
            register_parameter(nameof(weight), weight);
            register_parameter(nameof(bias), bias);
        }

        public Parameter? weight { get; }

        public Parameter? bias { get; }

        public override torch.Tensor forward(torch.Tensor tensor) => functional.layer_norm(tensor, shape, weight, bias, epsilon);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.BatchNorm1d BatchNorm1d(long features, double eps = 1e-5, double momentum = 0.1, bool affine = true) =>
                new(features, eps, momentum, affine);

            public static Modules.BatchNorm2d BatchNorm2d(long features, double eps = 1e-5, double momentum = 0.1, bool affine = true) =>
                new(features, eps, momentum, affine);

            public static Modules.LayerNorm LayerNorm(long[] normalized_shape, double eps = 1e-5, bool elementwise_affine = true) =>
                new(normalized_shape, eps, elementwise_affine);

            public static Modules.LayerNorm LayerNorm(long normalized_shape, double eps = 1e-5, bool elementwise_affine = true) =>
                new([normalized_shape], eps, elementwise_affine);
        }
    }
}
