namespace TorchSharp.Modules
{
    /// <summary>Whatever is negative becomes 0.</summary>
    public sealed class ReLU : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly bool inplace;

        internal ReLU(bool inplace)
            : base(nameof(ReLU))
        {
            this.inplace = inplace;
        }

        public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.relu(tensor, inplace);
    }

    /// <summary>x times its own sigmoid.</summary>
    public sealed class SiLU : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        internal SiLU()
            : base(nameof(SiLU))
        {
        }

        public override torch.Tensor forward(torch.Tensor tensor) => tensor.silu();
    }

    /// <summary>Hendrycks and Gimpel, 2016.</summary>
    public sealed class GELU : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        internal GELU()
            : base(nameof(GELU))
        {
        }

        public override torch.Tensor forward(torch.Tensor tensor) => tensor.gelu();
    }

    public sealed class Sigmoid : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        internal Sigmoid()
            : base(nameof(Sigmoid))
        {
        }

        public override torch.Tensor forward(torch.Tensor tensor) => tensor.sigmoid();
    }

    public sealed class Tanh : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        internal Tanh()
            : base(nameof(Tanh))
        {
        }

        public override torch.Tensor forward(torch.Tensor tensor) => tensor.tanh();
    }

    public sealed class LeakyReLU : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly double negative_slope;

        internal LeakyReLU(double negative_slope)
            : base(nameof(LeakyReLU))
        {
            this.negative_slope = negative_slope;
        }

        public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.leaky_relu(tensor, negative_slope);
    }

    /// <summary>Values held between two bounds.</summary>
    public sealed class Hardtanh : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly double min_val;
        private readonly double max_val;

        internal Hardtanh(double min_val, double max_val)
            : base(nameof(Hardtanh))
        {
            this.min_val = min_val;
            this.max_val = max_val;
        }

        public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.hardtanh(tensor, min_val, max_val);
    }

    public sealed class Softplus : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly double beta;
        private readonly double threshold;

        internal Softplus(double beta, double threshold)
            : base(nameof(Softplus))
        {
            this.beta = beta;
            this.threshold = threshold;
        }

        public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.softplus(tensor, beta, threshold);
    }

    public sealed class Softmax : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly long dim;

        internal Softmax(long dim)
            : base(nameof(Softmax))
        {
            this.dim = dim;
        }

        public override torch.Tensor forward(torch.Tensor tensor) => tensor.softmax(dim);
    }

    /// <summary>Gives back what it gets.</summary>
    public sealed class Identity : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        internal Identity()
            : base(nameof(Identity))
        {
        }

        public override torch.Tensor forward(torch.Tensor tensor) => tensor.alias();
    }

    /// <summary>Drops elements while training.</summary>
    public sealed class Dropout : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly double p;
        private readonly bool inplace;

        internal Dropout(double p, bool inplace)
            : base(nameof(Dropout))
        {
            this.p = p;
            this.inplace = inplace;
        }

        public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.dropout(tensor, p, training, inplace);
    }

    public sealed class Flatten : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly long startDim;
        private readonly long endDim;

        internal Flatten(long startDim, long endDim)
            : base(nameof(Flatten))
        {
            this.startDim = startDim;
            this.endDim = endDim;
        }

        public override torch.Tensor forward(torch.Tensor tensor) => tensor.flatten(startDim, endDim);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.ReLU ReLU(bool inplace = false) => new(inplace);

            public static Modules.SiLU SiLU() => new();

            public static Modules.GELU GELU() => new();

            public static Modules.Sigmoid Sigmoid() => new();

            public static Modules.Tanh Tanh() => new();

            public static Modules.LeakyReLU LeakyReLU(double negative_slope = 0.01) => new(negative_slope);

            public static Modules.Hardtanh Hardtanh(double min_val = -1, double max_val = 1) => new(min_val, max_val);

            public static Modules.Softplus Softplus(double beta = 1, double threshold = 20) => new(beta, threshold);

            public static Modules.Softmax Softmax(long dim) => new(dim);

            public static Modules.Identity Identity() => new();

            public static Modules.Dropout Dropout(double p = 0.5, bool inplace = false) => new(p, inplace);

            public static Modules.Flatten Flatten(long startDim = 1, long endDim = -1) => new(startDim, endDim);
        }
    }
}
