using static TorchSharp.Interop.Native;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp;

/// <summary>How a convolution fills what lies beyond the edge.</summary>
public enum PaddingModes
{
    Zeros = 0,
    Reflect = 1,
    Replicate = 2,
    Circular = 3,
    Constant = 4,
}

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>What becomes of the losses of a batch's items.</summary>
        public enum Reduction : long
        {
            None = 0,
            Mean = 1,
            Sum = 2,
        }

        /// <summary>Layers as functions.</summary>
        public static class functional
        {
            /// <summary>x Wᵀ + b.</summary>
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) =>
                Own(torch_linear(input.Native, weights.Native, Optional(bias)));

            /// <param name="input">[batch, channels in, time].</param>
            /// <param name="weight">[channels out, channels in / groups, kernel].</param>
            public static Tensor conv1d(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long? stride = null,
                long? padding = null,
                long? dilation = null,
                long groups = 1) =>
                Own(torch_conv1d(input.Native, weight.Native, Optional(bias), stride ?? 1, padding ?? 0, dilation ?? 1, groups));

            /// <param name="input">[batch, channels in, height, width].</param>
            /// <param name="weight">[channels out, channels in / groups, kernel height, kernel width].</param>
            public static unsafe Tensor conv2d(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long[]? strides = null,
                long[]? padding = null,
                long[]? dilation = null,
                long groups = 1)
            {
                fixed (long* s = strides ?? [1, 1], p = padding ?? [0, 0], d = dilation ?? [1, 1])
                {
                    return Own(torch_conv2d(input.Native, weight.Native, Optional(bias), s, p, d, groups));
                }
            }

            /// <summary>Ioffe and Szegedy, 2015. In training the running figures move towards the batch's by
            /// <paramref name="momentum"/>.</summary>
            public static Tensor batch_norm(
                Tensor input,
                Tensor running_mean,
                Tensor running_var,
                Tensor? weight = null,
                Tensor? bias = null,
                bool training = false,
                double momentum = 0.1,
                double eps = 1e-5) =>
                Own(torch_batch_norm(
                    input.Native, Optional(weight), Optional(bias), running_mean.Native, running_var.Native, training, momentum, eps));

            /// <summary>Ba et al., 2016: over the last dimensions, which have the shape given.</summary>
            public static unsafe Tensor layer_norm(
                Tensor input,
                long[] normalized_shape,
                Tensor? weight = null,
                Tensor? bias = null,
                double eps = 1e-5)
            {
                fixed (long* p = normalized_shape)
                {
                    return Own(torch_layer_norm(
                        input.Native, p, normalized_shape.Length, Optional(weight), Optional(bias), eps));
                }
            }

            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? x.relu_() : x.relu();

            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01) =>
                Own(torch_leaky_relu(input.Native, negative_slope));

            public static Tensor gelu(Tensor x) => x.gelu();

            public static Tensor tanh(Tensor x) => x.tanh();

            public static Tensor elu(Tensor x, double alpha) => Own(torch_elu(x.Native, alpha));

            public static Tensor hardtanh(Tensor x, double min_val = -1, double max_val = 1) =>
                Own(torch_hardtanh(x.Native, min_val, max_val));

            public static Tensor glu(Tensor input, long dim = -1) => Own(torch_glu(input.Native, dim));

            public static Tensor softplus(Tensor x, double beta = 1, double threshold = 20) =>
                Own(torch_softplus(x.Native, beta, threshold));

            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);

            /// <summary>Srivastava et al., 2014: each element survives with probability 1 - p and is scaled to keep the mean.</summary>
            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false)
            {
                if (!inplace) return Own(torch_dropout(input.Native, p, training));
                Check(torch_dropout_(input.Native, p, training));
                return input;
            }

            public static Tensor avg_pool1d(
                Tensor input,
                long kernelSize,
                long? stride = null,
                long? padding = null,
                bool ceil_mode = false,
                bool count_include_pad = true) =>
                Own(torch_avg_pool1d(input.Native, kernelSize, stride ?? kernelSize, padding ?? 0, ceil_mode, count_include_pad));

            public static Tensor max_pool1d(
                Tensor input,
                long kernelSize,
                long? stride = null,
                long? padding = null,
                long? dilation = null,
                bool ceil_mode = false) =>
                Own(torch_max_pool1d(input.Native, kernelSize, stride ?? kernelSize, padding ?? 0, dilation ?? 1, ceil_mode));

            public static unsafe Tensor max_pool2d(
                Tensor input,
                long kernelSize,
                long? stride = null,
                long? padding = null,
                long? dilation = null,
                bool ceil_mode = false)
            {
                var (s, p, d) = (stride ?? kernelSize, padding ?? 0, dilation ?? 1);
                long* kernels = stackalloc long[] { kernelSize, kernelSize };
                long* strides = stackalloc long[] { s, s };
                long* paddings = stackalloc long[] { p, p };
                long* dilations = stackalloc long[] { d, d };
                return Own(torch_max_pool2d(input.Native, kernels, strides, paddings, dilations, ceil_mode));
            }

            public static unsafe Tensor avg_pool2d(Tensor input, long kernelSize, long? stride = null, long? padding = null)
            {
                var (s, p) = (stride ?? kernelSize, padding ?? 0);
                long* kernels = stackalloc long[] { kernelSize, kernelSize };
                long* strides = stackalloc long[] { s, s };
                long* paddings = stackalloc long[] { p, p };
                return Own(torch_avg_pool2d(input.Native, kernels, strides, paddings, false, true));
            }

            public static Tensor adaptive_avg_pool1d(Tensor input, long output_size) =>
                Own(torch_adaptive_avg_pool1d(input.Native, output_size));

            public static unsafe Tensor adaptive_avg_pool2d(Tensor input, long[] output_size)
            {
                fixed (long* p = output_size) return Own(torch_adaptive_avg_pool2d(input.Native, p));
            }

            /// <param name="pad">Before and after, from the last dimension backwards.</param>
            public static unsafe Tensor pad(
                Tensor input,
                ReadOnlySpan<long> pad,
                PaddingModes mode = PaddingModes.Constant,
                double value = 0)
            {
                var name = mode switch
                {
                    PaddingModes.Reflect => "reflect",
                    PaddingModes.Replicate => "replicate",
                    PaddingModes.Circular => "circular",
                    _ => "constant",
                };
                fixed (long* p = pad) return Own(torch_pad(input.Native, p, pad.Length, name, value));
            }

            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, (ReadOnlySpan<long>)pad, mode, value);

            public static Tensor pad(
                Tensor input,
                (long, long) pad,
                PaddingModes mode = PaddingModes.Constant,
                double value = 0) => functional.pad(input, [pad.Item1, pad.Item2], mode, value);

            public static Tensor cosine_similarity(Tensor x1, Tensor x2, long dim = 1, double eps = 1e-8) =>
                Own(torch_cosine_similarity(x1.Native, x2.Native, dim, eps));

            public static Tensor pairwise_distance(
                Tensor input1,
                Tensor input2,
                double p = 2,
                double eps = 1e-6,
                bool keep_dim = false) => Own(torch_pairwise_distance(input1.Native, input2.Native, p, eps, keep_dim));

            public static Tensor one_hot(Tensor x, long num_classes = -1) => Own(torch_one_hot(x.Native, num_classes));

            public static Tensor embedding(Tensor x, Tensor weight) => Own(torch_embedding(weight.Native, x.Native));

            /// <param name="input">[batch, classes], before the softmax.</param>
            /// <param name="target">[batch], class numbers.</param>
            public static Tensor cross_entropy(
                Tensor input,
                Tensor target,
                Tensor? weight = null,
                long ignore_index = -100,
                Reduction reduction = Reduction.Mean,
                double label_smoothing = 0) =>
                Own(torch_cross_entropy(
                    input.Native, target.Native, Optional(weight), ignore_index, (long)reduction, label_smoothing));

            public static Tensor nll_loss(
                Tensor input,
                Tensor target,
                Tensor? weight = null,
                Reduction reduction = Reduction.Mean) =>
                Own(torch_nll_loss(input.Native, target.Native, Optional(weight), -100, (long)reduction));

            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                Own(torch_mse_loss(input.Native, target.Native, (long)reduction));

            public static Tensor triplet_margin_loss(
                Tensor anchor,
                Tensor positive,
                Tensor negative,
                double margin = 1,
                long p = 2,
                double eps = 1e-6,
                bool swap = false,
                Reduction reduction = Reduction.Mean) =>
                Own(torch_triplet_margin_loss(
                    anchor.Native, positive.Native, negative.Native, margin, p, eps, swap, (long)reduction));
        }
    }
}
