// Views, joins and rearrangements.
#include "abi.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/stack.h>

using namespace speaker;

SPEAKER_ABI Handle torch_view(Handle tensor, const std::int64_t* sizes, std::int32_t count) {
    return made([&] { return tensor->view(dims(sizes, count)); });
}

SPEAKER_ABI Handle torch_reshape(Handle tensor, const std::int64_t* sizes, std::int32_t count) {
    return made([&] { return tensor->reshape(dims(sizes, count)); });
}

SPEAKER_ABI Handle torch_expand(Handle tensor, const std::int64_t* sizes, std::int32_t count) {
    return made([&] { return tensor->expand(dims(sizes, count)); });
}

SPEAKER_ABI Handle torch_repeat(Handle tensor, const std::int64_t* times, std::int32_t count) {
    return made([&] { return tensor->repeat(dims(times, count)); });
}

SPEAKER_ABI Handle torch_permute(Handle tensor, const std::int64_t* order, std::int32_t count) {
    return made([&] { return tensor->permute(dims(order, count)); });
}

SPEAKER_ABI Handle torch_flip(Handle tensor, const std::int64_t* along, std::int32_t count) {
    return made([&] { return tensor->flip(dims(along, count)); });
}

// Without a dimension (`along` 0) the elements roll as if they were in one row.
SPEAKER_ABI Handle torch_roll(Handle tensor, std::int64_t shift, std::int64_t dim, std::int32_t along) {
    return made([&] { return tensor->roll(shift, dims(&dim, along)); });
}

SPEAKER_ABI Handle torch_flatten(Handle tensor, std::int64_t first, std::int64_t last) {
    return made([&] { return tensor->flatten(first, last); });
}

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

SPEAKER_ABI Handle torch_t(Handle tensor) {
    return made([&] { return tensor->t(); });
}

SPEAKER_ABI Handle torch_narrow(Handle tensor, std::int64_t dim, std::int64_t start, std::int64_t length) {
    return made([&] { return tensor->narrow(dim, start, length); });
}

SPEAKER_ABI Handle torch_slice(Handle tensor, std::int64_t dim, std::int64_t start, std::int64_t stop,
                               std::int64_t step) {
    return made([&] { return tensor->slice(dim, start, stop, step); });
}

SPEAKER_ABI Handle torch_triu(Handle tensor, std::int64_t diagonal) {
    return made([&] { return tensor->triu(diagonal); });
}

SPEAKER_ABI Handle torch_tril(Handle tensor, std::int64_t diagonal) {
    return made([&] { return tensor->tril(diagonal); });
}

SPEAKER_ABI Handle torch_diagonal(Handle tensor, std::int64_t offset, std::int64_t first, std::int64_t second) {
    return made([&] { return tensor->diagonal(offset, first, second); });
}

SPEAKER_ABI Handle torch_diag(Handle tensor, std::int64_t diagonal) {
    return made([&] { return tensor->diag(diagonal); });
}

SPEAKER_ABI Handle torch_unfold(Handle tensor, std::int64_t dim, std::int64_t size, std::int64_t step) {
    return made([&] { return tensor->unfold(dim, size, step); });
}

SPEAKER_ABI Handle torch_cat(const Handle* tensors, std::int32_t count, std::int64_t dim) {
    return made([&] { return at::cat(list(tensors, count), dim); });
}

SPEAKER_ABI Handle torch_stack(const Handle* tensors, std::int32_t count, std::int64_t dim) {
    return made([&] { return at::stack(list(tensors, count), dim); });
}

// The parts go to `parts`, which has room for `room` of them; `count` says how many there are.
SPEAKER_ABI bool torch_split(Handle tensor, std::int64_t size, std::int64_t dim, Handle* parts, std::int32_t room,
                             std::int32_t* count) {
    return guarded([&] {
        auto pieces = tensor->split(size, dim);
        *count = static_cast<std::int32_t>(pieces.size());
        TORCH_CHECK(*count <= room, "split: ", *count, " parts, room for ", room);
        for (std::size_t i = 0; i < pieces.size(); ++i) parts[i] = own(std::move(pieces[i]));
    });
}
