// Layers as functions.
#include "abi.h"

#include <ATen/ops/batch_norm.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/softmax.h>

using namespace speaker;

SPEAKER_ABI Handle torch_linear(Handle input, Handle weight, Handle bias) {
    return made([&] { return at::linear(*input, *weight, optional(bias)); });
}

SPEAKER_ABI Handle torch_conv2d(Handle input, Handle weight, Handle bias, const std::int64_t* stride,
                                const std::int64_t* padding, const std::int64_t* dilation, std::int64_t groups) {
    return made([&] {
        return at::conv2d(*input, *weight, optional(bias), dims(stride, 2), dims(padding, 2), dims(dilation, 2),
                          groups);
    });
}

SPEAKER_ABI Handle torch_batch_norm(Handle input, Handle weight, Handle bias, Handle mean, Handle variance,
                                    bool training, double momentum, double epsilon) {
    return made([&] {
        return at::batch_norm(*input, optional(weight), optional(bias), optional(mean), optional(variance), training,
                              momentum, epsilon, /*cudnn_enabled=*/false);
    });
}

SPEAKER_ABI Handle torch_softmax(Handle input, std::int64_t dim, std::int32_t type) {
    return made([&] { return at::softmax(*input, dim, optional_type(type)); });
}

// Reductions: 0 none, 1 mean, 2 sum.
SPEAKER_ABI Handle torch_cross_entropy(Handle input, Handle target, Handle weight, std::int64_t ignore_index,
                                       std::int64_t reduction, double label_smoothing) {
    return made([&] {
        return at::cross_entropy_loss(*input, *target, optional(weight), reduction, ignore_index, label_smoothing);
    });
}
