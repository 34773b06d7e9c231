using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

// Element by element: the C# side of Native/pointwise.cpp.
internal static partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial nint torch_abs(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_acos(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_ceil(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_cos(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_exp(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_floor(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_isfinite(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_isinf(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_isnan(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_log(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_log10(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_log1p(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_logical_not(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_neg(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_reciprocal(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_round(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_rsqrt(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_sign(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_sin(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_sqrt(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_square(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial Flag torch_exp_(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial Flag torch_neg_(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial Flag torch_sqrt_(NativeTensor tensor);

    [LibraryImport(Library)]
    internal static partial nint torch_mul(NativeTensor a, NativeTensor b);

    [LibraryImport(Library)]
    internal static partial nint torch_mul_n(NativeTensor a, Number b);

    [LibraryImport(Library)]
    internal static partial nint torch_div(NativeTensor a, NativeTensor b);

    [LibraryImport(Library)]
    internal static partial nint torch_div_n(NativeTensor a, Number b);

    [LibraryImport(Library)]
    internal static partial nint torch_remainder(NativeTensor a, NativeTensor b);

    [LibraryImport(Library)]
    internal static partial nint torch_remainder_n(NativeTensor a, Number b);

    [LibraryImport(Library)]
    internal static partial nint torch_pow(NativeTensor a, NativeTensor b);

    [LibraryImport(Library)]
    internal static partial nint torch_pow_n(NativeTensor a, Number b);

    [LibraryImport(Library)]
    internal static partial nint torch_eq(NativeTensor a, NativeTensor b);

    [LibraryImport(Library)]
    internal static partial nint torch_eq_n(NativeTensor a, Number b);

    [LibraryImport(Library)]
    internal static partial nint torch_ne(NativeTensor a, NativeTensor b);

    [LibraryImport(Library)]
    internal static partial nint torch_ne_n(NativeTensor a, Number b);

    [LibraryImport(Library)]
    internal static partial nint torch_lt(NativeTensor a, NativeTensor b);

    [LibraryImport(Library)]
    internal static partial nint torch_lt_n(NativeTensor a, Number b);

    [LibraryImport(Library)]
    internal static partial nint torch_le(NativeTensor a, NativeTensor b);

    [LibraryImport(Library)]
    internal static partial nint torch_le_n(NativeTensor a, Number b);

    [LibraryImport(Library)]
    internal static partial nint torch_gt(NativeTensor a, NativeTensor b);

    [LibraryImport(Library)]
    internal static partial nint torch_gt_n(NativeTensor a, Number b);

    [LibraryImport(Library)]
    internal static partial nint torch_ge(NativeTensor a, NativeTensor b);

    [LibraryImport(Library)]
    internal static partial nint torch_ge_n(NativeTensor a, Number b);

    [LibraryImport(Library)]
    internal static partial nint torch_maximum(NativeTensor a, NativeTensor b);

    [LibraryImport(Library)]
    internal static partial nint torch_minimum(NativeTensor a, NativeTensor b);

    [LibraryImport(Library)]
    internal static partial nint torch_logical_and(NativeTensor a, NativeTensor b);

    [LibraryImport(Library)]
    internal static partial nint torch_logical_or(NativeTensor a, NativeTensor b);

    [LibraryImport(Library)]
    internal static partial nint torch_logical_xor(NativeTensor a, NativeTensor b);

    [LibraryImport(Library)]
    internal static partial nint torch_bitwise_and(NativeTensor a, NativeTensor b);

    [LibraryImport(Library)]
    internal static partial nint torch_bitwise_or(NativeTensor a, NativeTensor b);

    [LibraryImport(Library)]
    internal static partial Flag torch_mul_(NativeTensor a, NativeTensor b);

    [LibraryImport(Library)]
    internal static partial Flag torch_mul_n_(NativeTensor a, Number b);

    [LibraryImport(Library)]
    internal static partial Flag torch_div_(NativeTensor a, NativeTensor b);

    [LibraryImport(Library)]
    internal static partial Flag torch_div_n_(NativeTensor a, Number b);

    [LibraryImport(Library)]
    internal static partial Flag torch_pow_(NativeTensor a, NativeTensor b);

    [LibraryImport(Library)]
    internal static partial Flag torch_pow_n_(NativeTensor a, Number b);

    [LibraryImport(Library)]
    internal static partial nint torch_add(NativeTensor a, NativeTensor b, Number alpha);

    [LibraryImport(Library)]
    internal static partial nint torch_add_n(NativeTensor a, Number b);

    [LibraryImport(Library)]
    internal static partial nint torch_sub(NativeTensor a, NativeTensor b, Number alpha);

    [LibraryImport(Library)]
    internal static partial nint torch_sub_n(NativeTensor a, Number b);

    [LibraryImport(Library)]
    internal static partial nint torch_rsub_n(NativeTensor tensor, Number a);

    [LibraryImport(Library)]
    internal static partial nint torch_rdiv_n(NativeTensor tensor, Number a);

    [LibraryImport(Library)]
    internal static partial nint torch_rpow_n(Number @base, NativeTensor exponent);

    [LibraryImport(Library)]
    internal static partial Flag torch_add_(NativeTensor a, NativeTensor b, Number alpha);

    [LibraryImport(Library)]
    internal static partial Flag torch_add_n_(NativeTensor a, Number b);

    [LibraryImport(Library)]
    internal static partial Flag torch_sub_(NativeTensor a, NativeTensor b, Number alpha);

    [LibraryImport(Library)]
    internal static partial Flag torch_sub_n_(NativeTensor a, Number b);

    [LibraryImport(Library)]
    internal static partial nint torch_clamp(NativeTensor tensor, Number low, Number high, int bounds);

    [LibraryImport(Library)]
    internal static partial Flag torch_clamp_(NativeTensor tensor, Number low, Number high, int bounds);

    [LibraryImport(Library)]
    internal static partial nint torch_lerp(NativeTensor from, NativeTensor to, NativeTensor weight);

    [LibraryImport(Library)]
    internal static partial Flag torch_lerp_(NativeTensor from, NativeTensor to, NativeTensor weight);

    [LibraryImport(Library)]
    internal static partial Flag torch_addcmul_(NativeTensor tensor, NativeTensor a, NativeTensor b, Number value);

    [LibraryImport(Library)]
    internal static partial Flag torch_addcdiv_(NativeTensor tensor, NativeTensor a, NativeTensor b, Number value);

    [LibraryImport(Library)]
    internal static partial nint torch_where(NativeTensor condition, NativeTensor yes, NativeTensor no);

    [LibraryImport(Library)]
    internal static partial nint torch_masked_fill(NativeTensor tensor, NativeTensor mask, Number value);

    [LibraryImport(Library)]
    internal static partial Flag torch_masked_fill_(NativeTensor tensor, NativeTensor mask, Number value);
}
