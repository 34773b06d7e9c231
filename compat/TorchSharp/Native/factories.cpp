// Tensors from numbers, from memory and from random generators.
#include "abi.h"

#include <cstring>

#include <ATen/ops/arange.h>
#include <ATen/ops/bernoulli.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/full.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/linspace.h>
#include <ATen/ops/multinomial.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/rand_like.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/randn_like.h>
#include <ATen/ops/randperm.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

using namespace speaker;

namespace {

at::TensorOptions options(std::int32_t type) {
    return at::TensorOptions().dtype(static_cast<at::ScalarType>(type));
}

}  // namespace

SPEAKER_ABI Handle torch_from_memory(const void* data, const std::int64_t* sizes, std::int32_t count,
                                     std::int32_t type) {
    return made([&] {
        auto tensor = at::empty(dims(sizes, count), options(type));
        if (tensor.nbytes() > 0) std::memcpy(tensor.data_ptr(), data, tensor.nbytes());
        return tensor;
    });
}

SPEAKER_ABI Handle torch_empty(const std::int64_t* sizes, std::int32_t count, std::int32_t type) {
    return made([&] { return at::empty(dims(sizes, count), options(type)); });
}

SPEAKER_ABI Handle torch_zeros(const std::int64_t* sizes, std::int32_t count, std::int32_t type) {
    return made([&] { return at::zeros(dims(sizes, count), options(type)); });
}

SPEAKER_ABI Handle torch_full(const std::int64_t* sizes, std::int32_t count, Number value, std::int32_t type) {
    return made([&] { return at::full(dims(sizes, count), scalar(value), options(type)); });
}

SPEAKER_ABI Handle torch_rand(const std::int64_t* sizes, std::int32_t count, std::int32_t type) {
    return made([&] { return at::rand(dims(sizes, count), options(type)); });
}

SPEAKER_ABI Handle torch_randn(const std::int64_t* sizes, std::int32_t count, std::int32_t type) {
    return made([&] { return at::randn(dims(sizes, count), options(type)); });
}

SPEAKER_ABI Handle torch_randint(std::int64_t low, std::int64_t high, const std::int64_t* sizes, std::int32_t count,
                                 std::int32_t type) {
    return made([&] { return at::randint(low, high, dims(sizes, count), options(type)); });
}

SPEAKER_ABI Handle torch_randperm(std::int64_t count, std::int32_t type) {
    return made([&] { return at::randperm(count, options(type)); });
}

SPEAKER_ABI Handle torch_arange(Number start, Number stop, Number step, std::int32_t type) {
    return made([&] { return at::arange(scalar(start), scalar(stop), scalar(step), options(type)); });
}

SPEAKER_ABI Handle torch_linspace(double start, double stop, std::int64_t steps, std::int32_t type) {
    return made([&] { return at::linspace(start, stop, steps, options(type)); });
}

SPEAKER_ABI Handle torch_eye(std::int64_t rows, std::int64_t columns, std::int32_t type) {
    return made([&] { return at::eye(rows, columns, options(type)); });
}

SPEAKER_ABI Handle torch_empty_like(Handle like) {
    return made([&] { return at::empty_like(*like); });
}

SPEAKER_ABI Handle torch_zeros_like(Handle like) {
    return made([&] { return at::zeros_like(*like); });
}

SPEAKER_ABI Handle torch_ones_like(Handle like) {
    return made([&] { return at::ones_like(*like); });
}

SPEAKER_ABI Handle torch_full_like(Handle like, Number value) {
    return made([&] { return at::full_like(*like, scalar(value)); });
}

SPEAKER_ABI Handle torch_rand_like(Handle like) {
    return made([&] { return at::rand_like(*like); });
}

SPEAKER_ABI Handle torch_randn_like(Handle like) {
    return made([&] { return at::randn_like(*like); });
}

SPEAKER_ABI Handle torch_bernoulli(Handle probabilities) {
    return made([&] { return at::bernoulli(*probabilities); });
}

SPEAKER_ABI Handle torch_multinomial(Handle weights, std::int64_t samples, bool replacement) {
    return made([&] { return at::multinomial(*weights, samples, replacement); });
}

SPEAKER_ABI bool torch_uniform_(Handle tensor, double low, double high) {
    return guarded([&] { tensor->uniform_(low, high); });
}

SPEAKER_ABI bool torch_normal_(Handle tensor, double mean, double deviation) {
    return guarded([&] { tensor->normal_(mean, deviation); });
}
