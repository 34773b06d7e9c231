// Sums, means, extremes, orders.
#include "abi.h"

#include <ATen/ops/logsumexp.h>
#include <ATen/ops/searchsorted.h>
#include <ATen/ops/std.h>
#include <ATen/ops/var.h>
#include <ATen/ops/var_mean.h>

using namespace speaker;

#define REDUCE_ALL(name) \
    SPEAKER_ABI Handle torch_##name(Handle tensor) { \
        return made([&] { return tensor->name(); }); \
    }

REDUCE_ALL(all)
REDUCE_ALL(any)
REDUCE_ALL(max)
REDUCE_ALL(min)
REDUCE_ALL(median)
REDUCE_ALL(argmax)
REDUCE_ALL(argmin)
REDUCE_ALL(nonzero)

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

SPEAKER_ABI Handle torch_std(Handle tensor, bool unbiased) {
    return made([&] { return tensor->std(unbiased); });
}

SPEAKER_ABI Handle torch_std_dims(Handle tensor, const std::int64_t* along, std::int32_t count, bool unbiased,
                                  bool keep) {
    return made([&] { return tensor->std(dims(along, count), unbiased, keep); });
}

SPEAKER_ABI Handle torch_var(Handle tensor, bool unbiased) {
    return made([&] { return tensor->var(unbiased); });
}

SPEAKER_ABI Handle torch_var_dims(Handle tensor, const std::int64_t* along, std::int32_t count, bool unbiased,
                                  bool keep) {
    return made([&] { return tensor->var(dims(along, count), unbiased, keep); });
}

SPEAKER_ABI Handle torch_norm(Handle tensor, Number order) {
    return made([&] { return tensor->norm(scalar(order)); });
}

SPEAKER_ABI Handle torch_norm_dims(Handle tensor, Number order, const std::int64_t* along, std::int32_t count,
                                   bool keep) {
    return made([&] { return tensor->norm(c10::optional<at::Scalar>(scalar(order)), dims(along, count), keep); });
}

SPEAKER_ABI Handle torch_logsumexp(Handle tensor, std::int64_t dim, bool keep) {
    return made([&] { return at::logsumexp(*tensor, at::IntArrayRef(dim), keep); });
}

SPEAKER_ABI Handle torch_cumsum(Handle tensor, std::int64_t dim) {
    return made([&] { return tensor->cumsum(dim); });
}

SPEAKER_ABI Handle torch_any_dim(Handle tensor, std::int64_t dim, bool keep) {
    return made([&] { return tensor->any(dim, keep); });
}

SPEAKER_ABI Handle torch_all_dim(Handle tensor, std::int64_t dim, bool keep) {
    return made([&] { return tensor->all(dim, keep); });
}

SPEAKER_ABI Handle torch_argmax_dim(Handle tensor, std::int64_t dim, bool keep) {
    return made([&] { return tensor->argmax(dim, keep); });
}

SPEAKER_ABI Handle torch_argmin_dim(Handle tensor, std::int64_t dim, bool keep) {
    return made([&] { return tensor->argmin(dim, keep); });
}

SPEAKER_ABI Handle torch_argsort(Handle tensor, std::int64_t dim, bool descending) {
    return made([&] { return tensor->argsort(dim, descending); });
}

SPEAKER_ABI bool torch_max_dim(Handle tensor, std::int64_t dim, bool keep, Handle* values, Handle* indexes) {
    return made_pair(values, indexes, [&] { return tensor->max(dim, keep); });
}

SPEAKER_ABI bool torch_min_dim(Handle tensor, std::int64_t dim, bool keep, Handle* values, Handle* indexes) {
    return made_pair(values, indexes, [&] { return tensor->min(dim, keep); });
}

SPEAKER_ABI bool torch_sort(Handle tensor, std::int64_t dim, bool descending, bool stable, Handle* values,
                            Handle* indexes) {
    return made_pair(values, indexes,
                     [&] { return tensor->sort(c10::optional<bool>(stable), dim, descending); });
}

SPEAKER_ABI bool torch_topk(Handle tensor, std::int64_t count, std::int64_t dim, bool largest, bool sorted,
                            Handle* values, Handle* indexes) {
    return made_pair(values, indexes, [&] { return tensor->topk(count, dim, largest, sorted); });
}

SPEAKER_ABI Handle torch_searchsorted(Handle sequence, Handle values, bool right) {
    return made([&] { return at::searchsorted(*sequence, *values, /*out_int32=*/false, right); });
}
