// Arithmetic, comparisons and logic, element by element.
#include "abi.h"

#include <ATen/ops/isfinite.h>
#include <ATen/ops/isinf.h>
#include <ATen/ops/isnan.h>
#include <ATen/ops/lerp.h>
#include <ATen/ops/logical_and.h>
#include <ATen/ops/logical_not.h>
#include <ATen/ops/logical_or.h>
#include <ATen/ops/maximum.h>
#include <ATen/ops/minimum.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/where.h>

using namespace speaker;

#define UNARY(name) \
    SPEAKER_ABI Handle torch_##name(Handle tensor) { \
        return made([&] { return tensor->name(); }); \
    }

UNARY(abs)
UNARY(acos)
UNARY(ceil)
UNARY(cos)
UNARY(exp)
UNARY(floor)
UNARY(isfinite)
UNARY(isinf)
UNARY(isnan)
UNARY(log)
UNARY(log10)
UNARY(log1p)
UNARY(logical_not)
UNARY(neg)
UNARY(reciprocal)
UNARY(round)
UNARY(rsqrt)
UNARY(sign)
UNARY(sin)
UNARY(sqrt)
UNARY(square)

#define UNARY_IN_PLACE(name) \
    SPEAKER_ABI bool torch_##name(Handle tensor) { \
        return guarded([&] { tensor->name(); }); \
    }

UNARY_IN_PLACE(exp_)
UNARY_IN_PLACE(neg_)
UNARY_IN_PLACE(sqrt_)

// A tensor with a tensor, and a tensor with a number: `_n`.
#define BINARY(name) \
    SPEAKER_ABI Handle torch_##name(Handle a, Handle b) { \
        return made([&] { return a->name(*b); }); \
    }
#define BINARY_WITH_NUMBER(name) \
    BINARY(name) \
    SPEAKER_ABI Handle torch_##name##_n(Handle a, Number b) { \
        return made([&] { return a->name(scalar(b)); }); \
    }
#define BINARY_IN_PLACE(name) \
    SPEAKER_ABI bool torch_##name##_(Handle a, Handle b) { \
        return guarded([&] { a->name##_(*b); }); \
    } \
    SPEAKER_ABI bool torch_##name##_n_(Handle a, Number b) { \
        return guarded([&] { a->name##_(scalar(b)); }); \
    }

BINARY_WITH_NUMBER(mul)
BINARY_WITH_NUMBER(div)
BINARY_WITH_NUMBER(remainder)
BINARY_WITH_NUMBER(pow)
BINARY_WITH_NUMBER(eq)
BINARY_WITH_NUMBER(ne)
BINARY_WITH_NUMBER(lt)
BINARY_WITH_NUMBER(le)
BINARY_WITH_NUMBER(gt)
BINARY_WITH_NUMBER(ge)
BINARY(maximum)
BINARY(minimum)
BINARY(logical_and)
BINARY(logical_or)
BINARY(logical_xor)
BINARY(bitwise_and)
BINARY(bitwise_or)
BINARY_IN_PLACE(mul)
BINARY_IN_PLACE(div)
BINARY_IN_PLACE(pow)

// a + alpha b
SPEAKER_ABI Handle torch_add(Handle a, Handle b, Number alpha) {
    return made([&] { return a->add(*b, scalar(alpha)); });
}

SPEAKER_ABI Handle torch_add_n(Handle a, Number b) {
    return made([&] { return a->add(scalar(b)); });
}

SPEAKER_ABI Handle torch_sub(Handle a, Handle b, Number alpha) {
    return made([&] { return a->sub(*b, scalar(alpha)); });
}

SPEAKER_ABI Handle torch_sub_n(Handle a, Number b) {
    return made([&] { return a->sub(scalar(b)); });
}

// a - tensor, where a is the number
SPEAKER_ABI Handle torch_rsub_n(Handle tensor, Number a) {
    return made([&] { return tensor->neg().add(scalar(a)); });
}

// a / tensor, where a is the number
SPEAKER_ABI Handle torch_rdiv_n(Handle tensor, Number a) {
    return made([&] { return tensor->reciprocal().mul(scalar(a)); });
}

SPEAKER_ABI Handle torch_rpow_n(Number base, Handle exponent) {
    return made([&] { return at::pow(scalar(base), *exponent); });
}

SPEAKER_ABI bool torch_add_(Handle a, Handle b, Number alpha) {
    return guarded([&] { a->add_(*b, scalar(alpha)); });
}

SPEAKER_ABI bool torch_add_n_(Handle a, Number b) {
    return guarded([&] { a->add_(scalar(b)); });
}

SPEAKER_ABI bool torch_sub_(Handle a, Handle b, Number alpha) {
    return guarded([&] { a->sub_(*b, scalar(alpha)); });
}

SPEAKER_ABI bool torch_sub_n_(Handle a, Number b) {
    return guarded([&] { a->sub_(scalar(b)); });
}

// Bounds: bit 0 of `bounds` says that there is a low one, bit 1 that there is a high one.
SPEAKER_ABI Handle torch_clamp(Handle tensor, Number low, Number high, std::int32_t bounds) {
    return made([&] {
        auto least = bounds & 1 ? c10::optional<at::Scalar>(scalar(low)) : c10::nullopt;
        auto most = bounds & 2 ? c10::optional<at::Scalar>(scalar(high)) : c10::nullopt;
        return tensor->clamp(least, most);
    });
}

SPEAKER_ABI bool torch_clamp_(Handle tensor, Number low, Number high, std::int32_t bounds) {
    return guarded([&] {
        auto least = bounds & 1 ? c10::optional<at::Scalar>(scalar(low)) : c10::nullopt;
        auto most = bounds & 2 ? c10::optional<at::Scalar>(scalar(high)) : c10::nullopt;
        tensor->clamp_(least, most);
    });
}

SPEAKER_ABI Handle torch_lerp(Handle from, Handle to, Handle weight) {
    return made([&] { return at::lerp(*from, *to, *weight); });
}

SPEAKER_ABI bool torch_lerp_(Handle from, Handle to, Handle weight) {
    return guarded([&] { from->lerp_(*to, *weight); });
}

SPEAKER_ABI bool torch_addcmul_(Handle tensor, Handle a, Handle b, Number value) {
    return guarded([&] { tensor->addcmul_(*a, *b, scalar(value)); });
}

SPEAKER_ABI bool torch_addcdiv_(Handle tensor, Handle a, Handle b, Number value) {
    return guarded([&] { tensor->addcdiv_(*a, *b, scalar(value)); });
}

SPEAKER_ABI Handle torch_where(Handle condition, Handle yes, Handle no) {
    return made([&] { return at::where(*condition, *yes, *no); });
}

SPEAKER_ABI Handle torch_masked_fill(Handle tensor, Handle mask, Number value) {
    return made([&] { return tensor->masked_fill(*mask, scalar(value)); });
}

SPEAKER_ABI bool torch_masked_fill_(Handle tensor, Handle mask, Number value) {
    return guarded([&] { tensor->masked_fill_(*mask, scalar(value)); });
}
