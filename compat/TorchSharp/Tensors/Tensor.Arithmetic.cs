using TorchSharp.Interop;
using static TorchSharp.Interop.Native;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    /// <content>Arithmetic and elementary functions, element by element, with broadcasting.</content>
    public partial class Tensor
    {
        public Tensor abs() => Own(torch_abs(Native));

        public Tensor acos() => Own(torch_acos(Native));

        public Tensor ceil() => Own(torch_ceil(Native));

        public Tensor cos() => Own(torch_cos(Native));

        public Tensor exp() => Own(torch_exp(Native));

        public Tensor floor() => Own(torch_floor(Native));

        public Tensor isfinite() => Own(torch_isfinite(Native));

        public Tensor isinf() => Own(torch_isinf(Native));

        public Tensor isnan() => Own(torch_isnan(Native));

        public Tensor log() => Own(torch_log(Native));

        public Tensor log10() => Own(torch_log10(Native));

        public Tensor log1p() => Own(torch_log1p(Native));

        public Tensor logical_not() => Own(torch_logical_not(Native));

        public Tensor neg() => Own(torch_neg(Native));

        public Tensor reciprocal() => Own(torch_reciprocal(Native));

        public Tensor rsqrt() => Own(torch_rsqrt(Native));

        public Tensor sign() => Own(torch_sign(Native));

        public Tensor sin() => Own(torch_sin(Native));

        public Tensor sqrt() => Own(torch_sqrt(Native));

        public Tensor square() => Own(torch_square(Native));

        public Tensor round() => Own(torch_round(Native));

        public Tensor relu() => Own(torch_relu(Native));

        public Tensor sigmoid() => Own(torch_sigmoid(Native));

        public Tensor tanh() => Own(torch_tanh(Native));

        public Tensor silu() => Own(torch_silu(Native));

        public Tensor gelu() => Own(torch_gelu(Native));

        public Tensor exp_()
        {
            Check(torch_exp_(Native));
            return this;
        }

        public Tensor neg_()
        {
            Check(torch_neg_(Native));
            return this;
        }

        public Tensor sqrt_()
        {
            Check(torch_sqrt_(Native));
            return this;
        }

        public Tensor relu_()
        {
            Check(torch_relu_(Native));
            return this;
        }

        public Tensor sigmoid_()
        {
            Check(torch_sigmoid_(Native));
            return this;
        }

        public Tensor tanh_()
        {
            Check(torch_tanh_(Native));
            return this;
        }

        public Tensor add(Tensor target) => Own(torch_add(Native, target.Native, One));

        public Tensor add(Tensor target, Scalar alpha) => Own(torch_add(Native, target.Native, alpha.Number));

        public Tensor add(Scalar scalar) => Own(torch_add_n(Native, scalar.Number));

        public Tensor add_(Tensor target)
        {
            Check(torch_add_(Native, target.Native, One));
            return this;
        }

        public Tensor add_(Tensor target, Scalar alpha)
        {
            Check(torch_add_(Native, target.Native, alpha.Number));
            return this;
        }

        public Tensor add_(Scalar scalar)
        {
            Check(torch_add_n_(Native, scalar.Number));
            return this;
        }

        public Tensor sub(Tensor target) => Own(torch_sub(Native, target.Native, One));

        public Tensor sub(Scalar target) => Own(torch_sub_n(Native, target.Number));

        public Tensor sub_(Tensor target)
        {
            Check(torch_sub_(Native, target.Native, One));
            return this;
        }

        public Tensor sub_(Scalar target)
        {
            Check(torch_sub_n_(Native, target.Number));
            return this;
        }

        public Tensor mul(Tensor target) => Own(torch_mul(Native, target.Native));

        public Tensor mul(Scalar target) => Own(torch_mul_n(Native, target.Number));

        public Tensor mul_(Tensor target)
        {
            Check(torch_mul_(Native, target.Native));
            return this;
        }

        public Tensor mul_(Scalar target)
        {
            Check(torch_mul_n_(Native, target.Number));
            return this;
        }

        public Tensor div(Tensor target) => Own(torch_div(Native, target.Native));

        public Tensor div(Scalar target) => Own(torch_div_n(Native, target.Number));

        public Tensor div_(Tensor target)
        {
            Check(torch_div_(Native, target.Native));
            return this;
        }

        public Tensor div_(Scalar target)
        {
            Check(torch_div_n_(Native, target.Number));
            return this;
        }

        public Tensor pow(Tensor exponent) => Own(torch_pow(Native, exponent.Native));

        public Tensor pow(Scalar exponent) => Own(torch_pow_n(Native, exponent.Number));

        public Tensor remainder(Tensor target) => Own(torch_remainder(Native, target.Native));

        public Tensor remainder(Scalar scalar) => Own(torch_remainder_n(Native, scalar.Number));

        public Tensor pow_(Scalar exponent)
        {
            Check(torch_pow_n_(Native, exponent.Number));
            return this;
        }

        public Tensor maximum(Tensor other) => Own(torch_maximum(Native, other.Native));

        public Tensor minimum(Tensor other) => Own(torch_minimum(Native, other.Native));

        public Tensor clamp(Scalar? min = null, Scalar? max = null) =>
            Own(torch_clamp(Native, Bound(min), Bound(max), Bounds(min, max)));

        public Tensor clamp_min(Scalar min) => clamp(min);

        public Tensor clamp_max(Scalar max) => clamp(null, max);

        public Tensor clamp_(Scalar? min = null, Scalar? max = null)
        {
            Check(torch_clamp_(Native, Bound(min), Bound(max), Bounds(min, max)));
            return this;
        }

        public Tensor lerp(Tensor end, Tensor weight) => Own(torch_lerp(Native, end.Native, weight.Native));

        public Tensor lerp_(Tensor end, Tensor weight)
        {
            Check(torch_lerp_(Native, end.Native, weight.Native));
            return this;
        }

        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value)
        {
            Check(torch_addcmul_(Native, tensor1.Native, tensor2.Native, value.Number));
            return this;
        }

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value)
        {
            Check(torch_addcdiv_(Native, tensor1.Native, tensor2.Native, value.Number));
            return this;
        }

        public static Tensor operator -(Tensor tensor) => tensor.neg();

        public static Tensor operator +(Tensor left, Tensor right) => left.add(right);

        public static Tensor operator +(Tensor left, Scalar right) => left.add(right);

        public static Tensor operator +(Scalar left, Tensor right) => right.add(left);

        public static Tensor operator -(Tensor left, Tensor right) => left.sub(right);

        public static Tensor operator -(Tensor left, Scalar right) => left.sub(right);

        public static Tensor operator -(Scalar left, Tensor right) => Own(torch_rsub_n(right.Native, left.Number));

        public static Tensor operator *(Tensor left, Tensor right) => left.mul(right);

        public static Tensor operator *(Tensor left, Scalar right) => left.mul(right);

        public static Tensor operator *(Scalar left, Tensor right) => right.mul(left);

        public static Tensor operator /(Tensor left, Tensor right) => left.div(right);

        public static Tensor operator /(Tensor left, Scalar right) => left.div(right);

        public static Tensor operator /(Scalar left, Tensor right) => Own(torch_rdiv_n(right.Native, left.Number));

        public static Tensor operator %(Tensor left, Tensor right) => left.remainder(right);

        public static Tensor operator %(Tensor left, Scalar right) => left.remainder(right);

        private static Number One => new(1, 1, 0);

        private static Number Bound(Scalar? bound) => bound?.Number ?? default;

        private static int Bounds(Scalar? min, Scalar? max) => (min is null ? 0 : 1) | (max is null ? 0 : 2);
    }
}
