// Sums, means, the greatest.
#include "abi.h"

using namespace speaker;

SPEAKER_ABI Handle torch_sum(Handle tensor, std::int32_t type) {
    return made([&] { return tensor->sum(optional_type(type)); });
}

SPEAKER_ABI Handle torch_sum_dims(Handle tensor, const std::int64_t* along, std::int32_t count, bool keep,
                                  std::int32_t type) {
    return made([&] { return tensor->sum(dims(along, count), keep, optional_type(type)); });
}

SPEAKER_ABI Handle torch_mean(Handle tensor) {
    return made([&] { return tensor->mean(); });
}

SPEAKER_ABI Handle torch_mean_dims(Handle tensor, const std::int64_t* along, std::int32_t count, bool keep,
                                   std::int32_t type) {
    return made([&] { return tensor->mean(dims(along, count), keep, optional_type(type)); });
}

SPEAKER_ABI Handle torch_argmax_dim(Handle tensor, std::int64_t dim, bool keep) {
    return made([&] { return tensor->argmax(dim, keep); });
}
