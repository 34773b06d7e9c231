// Products, distances and decompositions of matrices.
#include "abi.h"

#include <ATen/ops/addmm.h>
#include <ATen/ops/cdist.h>
#include <ATen/ops/einsum.h>
#include <ATen/ops/linalg_cholesky.h>
#include <ATen/ops/linalg_eigh.h>
#include <ATen/ops/linalg_inv.h>
#include <ATen/ops/linalg_solve.h>
#include <ATen/ops/linalg_svd.h>

using namespace speaker;

SPEAKER_ABI Handle torch_matmul(Handle a, Handle b) {
    return made([&] { return a->matmul(*b); });
}

SPEAKER_ABI Handle torch_mm(Handle a, Handle b) {
    return made([&] { return a->mm(*b); });
}

SPEAKER_ABI Handle torch_bmm(Handle a, Handle b) {
    return made([&] { return a->bmm(*b); });
}

SPEAKER_ABI Handle torch_addmm(Handle bias, Handle a, Handle b, double beta, double alpha) {
    return made([&] { return at::addmm(*bias, *a, *b, beta, alpha); });
}

SPEAKER_ABI Handle torch_cdist(Handle a, Handle b, double order) {
    return made([&] { return at::cdist(*a, *b, order); });
}

SPEAKER_ABI Handle torch_einsum(const char* equation, const Handle* operands, std::int32_t count) {
    return made([&] { return at::einsum(equation, list(operands, count)); });
}

SPEAKER_ABI Handle torch_linalg_cholesky(Handle matrix) {
    return made([&] { return at::linalg_cholesky(*matrix); });
}

SPEAKER_ABI Handle torch_linalg_inv(Handle matrix) {
    return made([&] { return at::linalg_inv(*matrix); });
}

SPEAKER_ABI Handle torch_linalg_solve(Handle matrix, Handle right) {
    return made([&] { return at::linalg_solve(*matrix, *right); });
}

SPEAKER_ABI bool torch_linalg_eigh(Handle matrix, bool upper, Handle* values, Handle* vectors) {
    return made_pair(values, vectors, [&] { return at::linalg_eigh(*matrix, upper ? "U" : "L"); });
}

SPEAKER_ABI bool torch_linalg_svd(Handle matrix, bool full, Handle* left, Handle* values, Handle* right) {
    return guarded([&] {
        auto [u, s, vh] = at::linalg_svd(*matrix, full);
        *left = own(u);
        *values = own(s);
        *right = own(vh);
    });
}
