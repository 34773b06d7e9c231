using static TorchSharp.Interop.Native;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp;

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
                fixed (long* s = strides ?? One, p = padding ?? None, d = dilation ?? One)
                {
                    return Own(torch_conv2d(input.Native, weight.Native, Optional(bias), s, p, d, groups));
                }
            }

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

            private static readonly long[] One = [1, 1];

            private static readonly long[] None = [0, 0];
        }
    }
}
