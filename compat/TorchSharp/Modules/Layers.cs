using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>x Wᵀ + b, first values as PyTorch draws them: uniform within 1/√inputs.</summary>
    public sealed class Linear : Module<torch.Tensor, torch.Tensor>
    {
        internal Linear(long inputs, long outputs, bool hasBias)
            : base(nameof(Linear))
        {
            weight = new Parameter(torch.empty(outputs, inputs).DetachFromDisposeScope());
            register_parameter(nameof(weight), weight);
            if (hasBias)
            {
                bias = new Parameter(torch.empty(outputs).DetachFromDisposeScope());
                register_parameter(nameof(bias), bias);
            }

            FirstValues.Draw(weight, bias);
        }

        /// <summary>[outputs, inputs].</summary>
        public Parameter weight { get; }

        public Parameter? bias { get; }

        public override torch.Tensor forward(torch.Tensor tensor) => functional.linear(tensor, weight, bias);
    }

    /// <summary>A convolution along time.</summary>
    public sealed class Conv1d : Module<torch.Tensor, torch.Tensor>
    {
        private readonly long stride;
        private readonly long padding;
        private readonly long dilation;
        private readonly long groups;
        private readonly PaddingModes mode;

        internal Conv1d(
            long inputs, long outputs, long kernel, long stride, long padding, long dilation, PaddingModes mode, long groups, bool hasBias)
            : base(nameof(Conv1d))
        {
            (this.stride, this.padding, this.dilation, this.groups, this.mode) = (stride, padding, dilation, groups, mode);
            weight = new Parameter(torch.empty(outputs, inputs / groups, kernel).DetachFromDisposeScope());
            register_parameter(nameof(weight), weight);
            if (hasBias)
            {
                bias = new Parameter(torch.empty(outputs).DetachFromDisposeScope());
                register_parameter(nameof(bias), bias);
            }

            FirstValues.Draw(weight, bias);
        }

        /// <summary>[channels out, channels in / groups, kernel].</summary>
        public Parameter weight { get; }

        public Parameter? bias { get; }

        public override torch.Tensor forward(torch.Tensor input)
        {
            if (mode == PaddingModes.Zeros) return functional.conv1d(input, weight, bias, stride, padding, dilation, groups);
            using var padded = functional.pad(input, (padding, padding), mode);
            return functional.conv1d(padded, weight, bias, stride, 0, dilation, groups);
        }
    }

    /// <summary>A convolution over a plane.</summary>
    public sealed class Conv2d : Module<torch.Tensor, torch.Tensor>
    {
        private readonly long[] stride;
        private readonly long[] padding;
        private readonly long[] dilation;
        private readonly long groups;

        internal Conv2d(
            long inputs,
            long outputs,
            (long Height, long Width) kernel,
            (long Height, long Width) stride,
            (long Height, long Width) padding,
            (long Height, long Width) dilation,
            long groups,
            bool hasBias)
            : base(nameof(Conv2d))
        {
            this.stride = [stride.Height, stride.Width];
            this.padding = [padding.Height, padding.Width];
            this.dilation = [dilation.Height, dilation.Width];
            this.groups = groups;
            weight = new Parameter(torch.empty(outputs, inputs / groups, kernel.Height, kernel.Width).DetachFromDisposeScope());
            register_parameter(nameof(weight), weight);
            if (hasBias)
            {
                bias = new Parameter(torch.empty(outputs).DetachFromDisposeScope());
                register_parameter(nameof(bias), bias);
            }

            FirstValues.Draw(weight, bias);
        }

        /// <summary>[channels out, channels in / groups, kernel height, kernel width].</summary>
        public Parameter weight { get; }

        public Parameter? bias { get; }

        public override torch.Tensor forward(torch.Tensor input) =>
            functional.conv2d(input, weight, bias, stride, padding, dilation, groups);
    }

    /// <summary>The first values that PyTorch gives linear and convolution layers: uniform within 1/√fan-in.</summary>
    internal static class FirstValues
    {
        public static void Draw(Parameter weight, Parameter? bias)
        {
            init.kaiming_uniform_(weight, Math.Sqrt(5));
            if (bias is null) return;
            var bound = 1 / Math.Sqrt(init.CalculateFanInAndFanOut(weight).fanIn);
            init.uniform_(bias, -bound, bound);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.Linear Linear(long inputSize, long outputSize, bool hasBias = true) =>
                new(inputSize, outputSize, hasBias);

            public static Modules.Conv1d Conv1d(
                long inputChannel,
                long outputChannel,
                long kernelSize,
                long stride = 1,
                long padding = 0,
                long dilation = 1,
                PaddingModes paddingMode = PaddingModes.Zeros,
                long groups = 1,
                bool bias = true) =>
                new(inputChannel, outputChannel, kernelSize, stride, padding, dilation, paddingMode, groups, bias);

            public static Modules.Conv2d Conv2d(
                long inputChannel,
                long outputChannel,
                long kernelSize,
                long stride = 1,
                long padding = 0,
                long dilation = 1,
                PaddingModes paddingMode = PaddingModes.Zeros,
                long groups = 1,
                bool bias = true) =>
                Conv2d(
                    inputChannel,
                    outputChannel,
                    (kernelSize, kernelSize),
                    (stride, stride),
                    (padding, padding),
                    (dilation, dilation),
                    paddingMode,
                    groups,
                    bias);

            public static Modules.Conv2d Conv2d(
                long inputChannel,
                long outputChannel,
                (long, long) kernelSize,
                (long, long)? stride = null,
                (long, long)? padding = null,
                (long, long)? dilation = null,
                PaddingModes paddingMode = PaddingModes.Zeros,
                long groups = 1,
                bool bias = true)
            {
                if (paddingMode != PaddingModes.Zeros)
                {
                    throw new NotSupportedException($"Conv2d pads with zeros only; {paddingMode} was asked for.");
                }

                return new(
                    inputChannel, outputChannel, kernelSize, stride ?? (1, 1), padding ?? (0, 0), dilation ?? (1, 1), groups, bias);
            }
        }
    }
}
