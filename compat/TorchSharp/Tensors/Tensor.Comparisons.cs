using static TorchSharp.Interop.Native;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    /// <content>Comparisons, logic and masks, element by element.</content>
    public partial class Tensor
    {
        public Tensor eq(Tensor target) => Own(torch_eq(Native, target.Native));

        public Tensor eq(Scalar target) => Own(torch_eq_n(Native, target.Number));

        public Tensor ne(Tensor target) => Own(torch_ne(Native, target.Native));

        public Tensor ne(Scalar target) => Own(torch_ne_n(Native, target.Number));

        public Tensor lt(Tensor target) => Own(torch_lt(Native, target.Native));

        public Tensor lt(Scalar target) => Own(torch_lt_n(Native, target.Number));

        public Tensor le(Tensor target) => Own(torch_le(Native, target.Native));

        public Tensor le(Scalar target) => Own(torch_le_n(Native, target.Number));

        public Tensor gt(Tensor target) => Own(torch_gt(Native, target.Native));

        public Tensor gt(Scalar target) => Own(torch_gt_n(Native, target.Number));

        public Tensor ge(Tensor target) => Own(torch_ge(Native, target.Native));

        public Tensor ge(Scalar target) => Own(torch_ge_n(Native, target.Number));

        public Tensor logical_and(Tensor other) => Own(torch_logical_and(Native, other.Native));

        public Tensor logical_or(Tensor other) => Own(torch_logical_or(Native, other.Native));

        public Tensor logical_xor(Tensor other) => Own(torch_logical_xor(Native, other.Native));

        public Tensor bitwise_and(Tensor other) => Own(torch_bitwise_and(Native, other.Native));

        public Tensor bitwise_or(Tensor other) => Own(torch_bitwise_or(Native, other.Native));

        public static Tensor operator <(Tensor left, Tensor right) => left.lt(right);

        public static Tensor operator <(Tensor left, Scalar right) => left.lt(right);

        public static Tensor operator <=(Tensor left, Tensor right) => left.le(right);

        public static Tensor operator <=(Tensor left, Scalar right) => left.le(right);

        public static Tensor operator >(Tensor left, Tensor right) => left.gt(right);

        public static Tensor operator >(Tensor left, Scalar right) => left.gt(right);

        public static Tensor operator >=(Tensor left, Tensor right) => left.ge(right);

        public static Tensor operator >=(Tensor left, Scalar right) => left.ge(right);

        public static Tensor operator &(Tensor left, Tensor right) => left.bitwise_and(right);

        public static Tensor operator |(Tensor left, Tensor right) => left.bitwise_or(right);

        public static Tensor operator ~(Tensor left) => left.logical_not();

        /// <summary>This where the condition holds, <paramref name="y"/> elsewhere.</summary>
        public Tensor where(Tensor condition, Tensor y) => Own(torch_where(condition.Native, Native, y.Native));

        public Tensor masked_fill(Tensor mask, Scalar value) => Own(torch_masked_fill(Native, mask.Native, value.Number));

        public Tensor masked_fill_(Tensor mask, Scalar value)
        {
            Check(torch_masked_fill_(Native, mask.Native, value.Number));
            return this;
        }
    }
}
