// Arithmetic, comparisons and elementary functions, element by element; products of matrices.
#include "abi.h"

#include <ATen/ops/where.h>

using namespace speaker;

#define UNARY(name) \
    SPEAKER_ABI Handle torch_##name(Handle tensor) { \
        return made([&] { return tensor->name(); }); \
    }

UNARY(relu)
UNARY(rsqrt)
UNARY(sigmoid)
UNARY(sqrt)
UNARY(tanh)

// A tensor with a tensor; a tensor with a number has `_n` at the end of its name.
#define BINARY(name) \
    SPEAKER_ABI Handle torch_##name(Handle a, Handle b) { \
        return made([&] { return a->name(*b); }); \
    }
#define WITH_NUMBER(name) \
    SPEAKER_ABI Handle torch_##name##_n(Handle a, Number b) { \
        return made([&] { return a->name(scalar(b)); }); \
    }

BINARY(add)
BINARY(eq)
BINARY(matmul)
BINARY(mul)
BINARY(ne)
BINARY(sub)
WITH_NUMBER(add)
WITH_NUMBER(div)
WITH_NUMBER(eq)
WITH_NUMBER(gt)
WITH_NUMBER(le)
WITH_NUMBER(mul)
WITH_NUMBER(sub)

// a - tensor, where a is the number
SPEAKER_ABI Handle torch_rsub_n(Handle tensor, Number a) {
    return made([&] { return tensor->neg().add(scalar(a)); });
}

SPEAKER_ABI Handle torch_clamp_min(Handle tensor, Number low) {
    return made([&] { return tensor->clamp_min(scalar(low)); });
}

SPEAKER_ABI bool torch_relu_(Handle tensor) {
    return guarded([&] { tensor->relu_(); });
}

// a += alpha b
SPEAKER_ABI bool torch_add_(Handle a, Handle b, Number alpha) {
    return guarded([&] { a->add_(*b, scalar(alpha)); });
}

SPEAKER_ABI bool torch_add_n_(Handle a, Number b) {
    return guarded([&] { a->add_(scalar(b)); });
}

SPEAKER_ABI bool torch_mul_n_(Handle a, Number b) {
    return guarded([&] { a->mul_(scalar(b)); });
}

SPEAKER_ABI Handle torch_where(Handle condition, Handle yes, Handle no) {
    return made([&] { return at::where(*condition, *yes, *no); });
}

SPEAKER_ABI Handle torch_masked_fill(Handle tensor, Handle mask, Number value) {
    return made([&] { return tensor->masked_fill(*mask, scalar(value)); });
}
