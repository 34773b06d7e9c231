using TorchSharp;

namespace Speaker.Training.Tensors;

/// <summary>
/// Sums and products of tensors and numbers, each with the number held until the tensor library has read it. Use these
/// for <c>+</c>, for every operator with a number, and for every method of a tensor that takes one.
/// </summary>
/// <remarks>
/// TorchSharp 0.107.0 hands a number to the tensor library as a <see cref="Scalar"/>, an object with a finalizer. What
/// <c>tensor * 0.5</c> makes, and what <c>tensor + tensor</c> makes for its factor of 1, nothing refers to during the
/// call: a collection at that moment frees the number while it is read. The call then fails, or computes with another
/// number. A test reads the compiled code of this assembly and fails where such a number can be made.
/// <para>
/// New tensors belong to the dispose scope around the call. The operand is held too, so that it need not be in one.
/// </para>
/// </remarks>
internal static class TensorArithmetic
{
    /// <summary>left + right, broadcast.</summary>
    public static torch.Tensor Plus(this torch.Tensor left, torch.Tensor right)
    {
        using var one = 1.ToScalar();
        return Held(left.add(right, one), left, right);
    }

    /// <summary>x + number.</summary>
    public static torch.Tensor Plus(this torch.Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        using var one = 1.ToScalar();
        return Held(x.add(scalar, one), x);
    }

    /// <summary>x − number.</summary>
    public static torch.Tensor Minus(this torch.Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return Held(x.sub(scalar), x);
    }

    /// <summary>number − x.</summary>
    public static torch.Tensor SubtractedFrom(this torch.Tensor x, double number)
    {
        using var opposite = Held(x.negative(), x);
        return opposite.Plus(number);
    }

    /// <summary>x · factor.</summary>
    public static torch.Tensor Times(this torch.Tensor x, double factor)
    {
        using var scalar = factor.ToScalar();
        return Held(x.mul(scalar), x);
    }

    /// <summary>x / divisor.</summary>
    public static torch.Tensor DividedBy(this torch.Tensor x, double divisor)
    {
        using var scalar = divisor.ToScalar();
        return Held(x.div(scalar), x);
    }

    /// <summary>The greater of x and the bound; where it is the bound, no gradient passes.</summary>
    public static torch.Tensor ClampMin(this torch.Tensor x, double bound)
    {
        using var scalar = bound.ToScalar();
        return Held(x.clamp_min(scalar), x);
    }

    /// <summary>Whether x = number, as booleans.</summary>
    public static torch.Tensor EqualTo(this torch.Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return Held(x.eq(scalar), x);
    }

    /// <summary>Whether x ≤ bound, as booleans.</summary>
    public static torch.Tensor LessOrEqual(this torch.Tensor x, double bound)
    {
        using var scalar = bound.ToScalar();
        return Held(x.le(scalar), x);
    }

    /// <summary>Whether x &gt; bound, as booleans.</summary>
    public static torch.Tensor GreaterThan(this torch.Tensor x, double bound)
    {
        using var scalar = bound.ToScalar();
        return Held(x.gt(scalar), x);
    }

    /// <summary>The number where the mask is true, x elsewhere.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="mask">Booleans of a shape that broadcasts to it.</param>
    /// <param name="number">Infinite where an element is to be left out of a softmax.</param>
    public static torch.Tensor MaskedFill(this torch.Tensor x, torch.Tensor mask, double number)
    {
        using var scalar = number.ToScalar();
        return Held(x.masked_fill(mask, scalar), x, mask);
    }

    /// <summary>x ← x + addend.</summary>
    public static torch.Tensor AddInPlace(this torch.Tensor x, torch.Tensor addend)
    {
        using var one = 1.ToScalar();
        return Held(x.add_(addend, one), x, addend);
    }

    /// <summary>x ← x + factor · addend.</summary>
    public static torch.Tensor AddInPlace(this torch.Tensor x, torch.Tensor addend, double factor)
    {
        using var scalar = factor.ToScalar();
        return Held(x.add_(addend, scalar), x, addend);
    }

    /// <summary>x ← x + number.</summary>
    public static torch.Tensor AddInPlace(this torch.Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        using var one = 1.ToScalar();
        return Held(x.add_(scalar, one), x);
    }

    /// <summary>x ← x + number, for whole numbers.</summary>
    public static torch.Tensor AddInPlace(this torch.Tensor x, long number)
    {
        using var scalar = number.ToScalar();
        using var one = 1.ToScalar();
        return Held(x.add_(scalar, one), x);
    }

    /// <summary>x ← x + factor · left · right.</summary>
    public static torch.Tensor AddProductInPlace(
        this torch.Tensor x, torch.Tensor left, torch.Tensor right, double factor)
    {
        using var scalar = factor.ToScalar();
        return Held(x.addcmul_(left, right, scalar), x, left, right);
    }

    /// <summary>x ← x + factor · dividend / divisor.</summary>
    public static torch.Tensor AddQuotientInPlace(
        this torch.Tensor x, torch.Tensor dividend, torch.Tensor divisor, double factor)
    {
        using var scalar = factor.ToScalar();
        return Held(x.addcdiv_(dividend, divisor, scalar), x, dividend, divisor);
    }

    /// <summary>x ← x · factor.</summary>
    public static torch.Tensor MultiplyInPlace(this torch.Tensor x, double factor)
    {
        using var scalar = factor.ToScalar();
        return Held(x.mul_(scalar), x);
    }

    /// <summary>Every element of x ← number.</summary>
    public static torch.Tensor FillInPlace(this torch.Tensor x, double number)
    {
        using var scalar = number.ToScalar();
        return Held(x.fill_(scalar), x);
    }

    /// <summary>The result, computed by now; the operands were alive until here.</summary>
    private static torch.Tensor Held(
        torch.Tensor result, torch.Tensor first, torch.Tensor? second = null, torch.Tensor? third = null)
    {
        GC.KeepAlive(first);
        GC.KeepAlive(second);
        GC.KeepAlive(third);
        return result;
    }
}
