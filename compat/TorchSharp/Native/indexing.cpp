// Picking and writing elements by position.
#include "abi.h"

#include <ATen/TensorIndexing.h>
#include <ATen/ops/one_hot.h>

using namespace speaker;
using at::indexing::TensorIndex;

namespace {

// One entry of an index expression. Kinds: 0 `...`, 1 a new dimension, 2 one position, 3 a slice, 4 a tensor, 5 a truth
// value. An absent bound of a slice is INT64_MIN.
struct Index {
    std::int64_t kind;
    std::int64_t start;
    std::int64_t stop;
    std::int64_t step;
    Handle tensor;
};

c10::optional<std::int64_t> bound(std::int64_t value) {
    return value == INT64_MIN ? c10::nullopt : c10::optional<std::int64_t>(value);
}

std::vector<TensorIndex> expression(const Index* entries, std::int32_t count) {
    std::vector<TensorIndex> indices;
    indices.reserve(static_cast<std::size_t>(count));
    for (std::int32_t i = 0; i < count; ++i) {
        const auto& entry = entries[i];
        switch (entry.kind) {
            case 0: indices.emplace_back(at::indexing::Ellipsis); break;
            case 1: indices.emplace_back(at::indexing::None); break;
            case 2: indices.emplace_back(entry.start); break;
            case 3:
                indices.emplace_back(at::indexing::Slice(bound(entry.start), bound(entry.stop), bound(entry.step)));
                break;
            case 4: indices.emplace_back(*entry.tensor); break;
            default: indices.emplace_back(entry.start != 0); break;
        }
    }
    return indices;
}

}  // namespace

SPEAKER_ABI Handle torch_index(Handle tensor, const Index* entries, std::int32_t count) {
    return made([&] { return tensor->index(expression(entries, count)); });
}

SPEAKER_ABI bool torch_index_put_(Handle tensor, const Index* entries, std::int32_t count, Handle value) {
    return guarded([&] { tensor->index_put_(expression(entries, count), *value); });
}

SPEAKER_ABI Handle torch_index_select(Handle tensor, std::int64_t dim, Handle index) {
    return made([&] { return tensor->index_select(dim, *index); });
}

SPEAKER_ABI Handle torch_gather(Handle tensor, std::int64_t dim, Handle index) {
    return made([&] { return tensor->gather(dim, *index); });
}

SPEAKER_ABI Handle torch_scatter(Handle tensor, std::int64_t dim, Handle index, Handle source) {
    return made([&] { return tensor->scatter(dim, *index, *source); });
}

SPEAKER_ABI bool torch_scatter_(Handle tensor, std::int64_t dim, Handle index, Handle source) {
    return guarded([&] { tensor->scatter_(dim, *index, *source); });
}

SPEAKER_ABI bool torch_scatter_n_(Handle tensor, std::int64_t dim, Handle index, Number value) {
    return guarded([&] { tensor->scatter_(dim, *index, scalar(value)); });
}

SPEAKER_ABI Handle torch_scatter_add(Handle tensor, std::int64_t dim, Handle index, Handle source) {
    return made([&] { return tensor->scatter_add(dim, *index, *source); });
}

SPEAKER_ABI bool torch_scatter_add_(Handle tensor, std::int64_t dim, Handle index, Handle source) {
    return guarded([&] { tensor->scatter_add_(dim, *index, *source); });
}

SPEAKER_ABI bool torch_index_add_(Handle tensor, std::int64_t dim, Handle index, Handle source, Number alpha) {
    return guarded([&] { tensor->index_add_(dim, *index, *source, scalar(alpha)); });
}

SPEAKER_ABI Handle torch_masked_select(Handle tensor, Handle mask) {
    return made([&] { return tensor->masked_select(*mask); });
}

SPEAKER_ABI Handle torch_one_hot(Handle classes, std::int64_t count) {
    return made([&] { return at::one_hot(*classes, count); });
}
