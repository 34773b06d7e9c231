// Tensors from numbers, from memory and from random generators.
#include "abi.h"

#include <cstring>

#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>

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

SPEAKER_ABI Handle torch_full(const std::int64_t* sizes, std::int32_t count, Number value, std::int32_t type) {
    return made([&] { return at::full(dims(sizes, count), scalar(value), options(type)); });
}

SPEAKER_ABI Handle torch_rand(const std::int64_t* sizes, std::int32_t count, std::int32_t type) {
    return made([&] { return at::rand(dims(sizes, count), options(type)); });
}

SPEAKER_ABI Handle torch_randn(const std::int64_t* sizes, std::int32_t count, std::int32_t type) {
    return made([&] { return at::randn(dims(sizes, count), options(type)); });
}

SPEAKER_ABI bool torch_uniform_(Handle tensor, double low, double high) {
    return guarded([&] { tensor->uniform_(low, high); });
}
