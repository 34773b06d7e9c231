// Views, joins, and elements picked by position.
#include "abi.h"

#include <ATen/ops/cat.h>

using namespace speaker;

SPEAKER_ABI Handle torch_unsqueeze(Handle tensor, std::int64_t dim) {
    return made([&] { return tensor->unsqueeze(dim); });
}

SPEAKER_ABI Handle torch_squeeze(Handle tensor) {
    return made([&] { return tensor->squeeze(); });
}

SPEAKER_ABI Handle torch_squeeze_dim(Handle tensor, std::int64_t dim) {
    return made([&] { return tensor->squeeze(dim); });
}

SPEAKER_ABI Handle torch_transpose(Handle tensor, std::int64_t first, std::int64_t second) {
    return made([&] { return tensor->transpose(first, second); });
}

SPEAKER_ABI Handle torch_narrow(Handle tensor, std::int64_t dim, std::int64_t start, std::int64_t length) {
    return made([&] { return tensor->narrow(dim, start, length); });
}

SPEAKER_ABI Handle torch_cat(const Handle* tensors, std::int32_t count, std::int64_t dim) {
    return made([&] { return at::cat(list(tensors, count), dim); });
}

SPEAKER_ABI Handle torch_index_select(Handle tensor, std::int64_t dim, Handle index) {
    return made([&] { return tensor->index_select(dim, *index); });
}

SPEAKER_ABI Handle torch_gather(Handle tensor, std::int64_t dim, Handle index) {
    return made([&] { return tensor->gather(dim, *index); });
}

SPEAKER_ABI Handle torch_scatter_add(Handle tensor, std::int64_t dim, Handle index, Handle source) {
    return made([&] { return tensor->scatter_add(dim, *index, *source); });
}
