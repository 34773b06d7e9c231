using TorchSharp.Interop;
using static TorchSharp.Interop.Native;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    /// <content>Arithmetic, comparisons and elementary functions, element by element, with broadcasting; products of
    /// matrices.</content>
    public partial class Tensor
    {
        private static Number One => new(1, 0, 0);

        public static Tensor operator +(Tensor left, Tensor right) => Own(torch_add(left.Native, right.Native));

        public static Tensor operator +(Tensor left, Scalar right) => Own(torch_add_n(left.Native, right.Number));

        public static Tensor operator -(Tensor left, Tensor right) => Own(torch_sub(left.Native, right.Native));

        public static Tensor operator -(Tensor left, Scalar right) => Own(torch_sub_n(left.Native, right.Number));

        public static Tensor operator -(Scalar left, Tensor right) => Own(torch_rsub_n(right.Native, left.Number));

        public static Tensor operator *(Tensor left, Tensor right) => Own(torch_mul(left.Native, right.Native));

        public static Tensor operator *(Tensor left, Scalar right) => Own(torch_mul_n(left.Native, right.Number));

        public static Tensor operator /(Tensor left, Scalar right) => Own(torch_div_n(left.Native, right.Number));

        public Tensor sqrt() => Own(torch_sqrt(Native));

        /// <summary>1 / √x.</summary>
        public Tensor rsqrt() => Own(torch_rsqrt(Native));

        public Tensor relu() => Own(torch_relu(Native));

        public Tensor relu_()
        {
            Check(torch_relu_(Native));
            return this;
        }

        public Tensor sigmoid() => Own(torch_sigmoid(Native));

        public Tensor tanh() => Own(torch_tanh(Native));

        /// <summary>Whatever is below the bound becomes the bound.</summary>
        public Tensor clamp_min(Scalar min) => Own(torch_clamp_min(Native, min.Number));

        public Tensor add_(Tensor target)
        {
            Check(torch_add_(Native, target.Native, One));
            return this;
        }

        /// <summary>Adds <paramref name="alpha"/> times the target.</summary>
        public Tensor add_(Tensor target, Scalar alpha)
        {
            Check(torch_add_(Native, target.Native, alpha.Number));
            return this;
        }

        public Tensor mul_(Scalar target)
        {
            Check(torch_mul_n_(Native, target.Number));
            return this;
        }

        public Tensor eq(Tensor target) => Own(torch_eq(Native, target.Native));

        public Tensor eq(Scalar target) => Own(torch_eq_n(Native, target.Number));

        public Tensor ne(Tensor target) => Own(torch_ne(Native, target.Native));

        public Tensor le(Scalar target) => Own(torch_le_n(Native, target.Number));

        public Tensor gt(Scalar target) => Own(torch_gt_n(Native, target.Number));

        /// <summary>The value where the mask is true, this elsewhere.</summary>
        public Tensor masked_fill(Tensor mask, Scalar value) =>
            Own(torch_masked_fill(Native, mask.Native, value.Number));

        public Tensor matmul(Tensor target) => Own(torch_matmul(Native, target.Native));
    }
}
