// Layers as functions: convolutions, normalisations, activations, pools, losses.
#include "abi.h"

#include <ATen/ops/adaptive_avg_pool1d.h>
#include <ATen/ops/adaptive_avg_pool2d.h>
#include <ATen/ops/adaptive_max_pool1d.h>
#include <ATen/ops/avg_pool1d.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/conv1d.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/cosine_similarity.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/dropout.h>
#include <ATen/ops/elu.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/glu.h>
#include <ATen/ops/hardtanh.h>
#include <ATen/ops/instance_norm.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/log_sigmoid.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/max_pool1d.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/mse_loss.h>
#include <ATen/ops/nll_loss.h>
#include <ATen/ops/pad.h>
#include <ATen/ops/pairwise_distance.h>
#include <ATen/ops/prelu.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/softplus.h>
#include <ATen/ops/triplet_margin_loss.h>

using namespace speaker;

SPEAKER_ABI Handle torch_linear(Handle input, Handle weight, Handle bias) {
    return made([&] { return at::linear(*input, *weight, optional(bias)); });
}

SPEAKER_ABI Handle torch_conv1d(Handle input, Handle weight, Handle bias, std::int64_t stride, std::int64_t padding,
                                std::int64_t dilation, std::int64_t groups) {
    return made([&] {
        return at::conv1d(*input, *weight, optional(bias), at::IntArrayRef(stride), at::IntArrayRef(padding),
                          at::IntArrayRef(dilation), groups);
    });
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

SPEAKER_ABI Handle torch_instance_norm(Handle input, Handle weight, Handle bias, double epsilon) {
    return made([&] {
        return at::instance_norm(*input, optional(weight), optional(bias), {}, {}, /*use_input_stats=*/true,
                                 /*momentum=*/0.1, epsilon, /*cudnn_enabled=*/false);
    });
}

SPEAKER_ABI Handle torch_layer_norm(Handle input, const std::int64_t* shape, std::int32_t count, Handle weight,
                                    Handle bias, double epsilon) {
    return made([&] {
        return at::layer_norm(*input, dims(shape, count), optional(weight), optional(bias), epsilon,
                              /*cudnn_enable=*/false);
    });
}

SPEAKER_ABI Handle torch_dropout(Handle input, double probability, bool training) {
    return made([&] { return at::dropout(*input, probability, training); });
}

SPEAKER_ABI bool torch_dropout_(Handle input, double probability, bool training) {
    return guarded([&] { at::dropout_(*input, probability, training); });
}

SPEAKER_ABI Handle torch_embedding(Handle weight, Handle indices) {
    return made([&] { return at::embedding(*weight, *indices); });
}

#define ACTIVATION(name) \
    SPEAKER_ABI Handle torch_##name(Handle input) { \
        return made([&] { return input->name(); }); \
    } \
    SPEAKER_ABI bool torch_##name##_(Handle input) { \
        return guarded([&] { input->name##_(); }); \
    }

ACTIVATION(relu)
ACTIVATION(sigmoid)
ACTIVATION(tanh)

SPEAKER_ABI Handle torch_silu(Handle input) {
    return made([&] { return at::silu(*input); });
}

SPEAKER_ABI Handle torch_gelu(Handle input) {
    return made([&] { return at::gelu(*input); });
}

SPEAKER_ABI Handle torch_leaky_relu(Handle input, double slope) {
    return made([&] { return at::leaky_relu(*input, slope); });
}

SPEAKER_ABI Handle torch_elu(Handle input, double alpha) {
    return made([&] { return at::elu(*input, alpha); });
}

SPEAKER_ABI Handle torch_hardtanh(Handle input, double low, double high) {
    return made([&] { return at::hardtanh(*input, low, high); });
}

SPEAKER_ABI Handle torch_log_sigmoid(Handle input) {
    return made([&] { return at::log_sigmoid(*input); });
}

SPEAKER_ABI Handle torch_prelu(Handle input, Handle weight) {
    return made([&] { return at::prelu(*input, *weight); });
}

SPEAKER_ABI Handle torch_glu(Handle input, std::int64_t dim) {
    return made([&] { return at::glu(*input, dim); });
}

SPEAKER_ABI Handle torch_softplus(Handle input, double beta, double threshold) {
    return made([&] { return at::softplus(*input, beta, threshold); });
}

SPEAKER_ABI Handle torch_softmax(Handle input, std::int64_t dim, std::int32_t type) {
    return made([&] { return at::softmax(*input, dim, optional_type(type)); });
}

SPEAKER_ABI Handle torch_log_softmax(Handle input, std::int64_t dim, std::int32_t type) {
    return made([&] { return at::log_softmax(*input, dim, optional_type(type)); });
}

SPEAKER_ABI Handle torch_avg_pool1d(Handle input, std::int64_t kernel, std::int64_t stride, std::int64_t padding,
                                    bool ceil_mode, bool count_padding) {
    return made([&] {
        return at::avg_pool1d(*input, at::IntArrayRef(kernel), at::IntArrayRef(stride), at::IntArrayRef(padding),
                              ceil_mode, count_padding);
    });
}

SPEAKER_ABI Handle torch_avg_pool2d(Handle input, const std::int64_t* kernel, const std::int64_t* stride,
                                    const std::int64_t* padding, bool ceil_mode, bool count_padding) {
    return made([&] {
        return at::avg_pool2d(*input, dims(kernel, 2), dims(stride, 2), dims(padding, 2), ceil_mode, count_padding);
    });
}

SPEAKER_ABI Handle torch_max_pool1d(Handle input, std::int64_t kernel, std::int64_t stride, std::int64_t padding,
                                    std::int64_t dilation, bool ceil_mode) {
    return made([&] {
        return at::max_pool1d(*input, at::IntArrayRef(kernel), at::IntArrayRef(stride), at::IntArrayRef(padding),
                              at::IntArrayRef(dilation), ceil_mode);
    });
}

SPEAKER_ABI Handle torch_max_pool2d(Handle input, const std::int64_t* kernel, const std::int64_t* stride,
                                    const std::int64_t* padding, const std::int64_t* dilation, bool ceil_mode) {
    return made([&] {
        return at::max_pool2d(*input, dims(kernel, 2), dims(stride, 2), dims(padding, 2), dims(dilation, 2),
                              ceil_mode);
    });
}

SPEAKER_ABI Handle torch_adaptive_avg_pool1d(Handle input, std::int64_t size) {
    return made([&] { return at::adaptive_avg_pool1d(*input, at::IntArrayRef(size)); });
}

SPEAKER_ABI Handle torch_adaptive_avg_pool2d(Handle input, const std::int64_t* size) {
    return made([&] { return at::adaptive_avg_pool2d(*input, dims(size, 2)); });
}

SPEAKER_ABI Handle torch_adaptive_max_pool1d(Handle input, std::int64_t size) {
    return made([&] { return std::get<0>(at::adaptive_max_pool1d(*input, at::IntArrayRef(size))); });
}

SPEAKER_ABI Handle torch_pad(Handle input, const std::int64_t* widths, std::int32_t count, const char* mode,
                             double value) {
    return made([&] { return at::pad(*input, dims(widths, count), mode, value); });
}

SPEAKER_ABI Handle torch_cosine_similarity(Handle a, Handle b, std::int64_t dim, double epsilon) {
    return made([&] { return at::cosine_similarity(*a, *b, dim, epsilon); });
}

SPEAKER_ABI Handle torch_pairwise_distance(Handle a, Handle b, double order, double epsilon, bool keep) {
    return made([&] { return at::pairwise_distance(*a, *b, order, epsilon, keep); });
}

// Reductions: 0 none, 1 mean, 2 sum.
SPEAKER_ABI Handle torch_cross_entropy(Handle input, Handle target, Handle weight, std::int64_t ignore_index,
                                       std::int64_t reduction, double label_smoothing) {
    return made([&] {
        return at::cross_entropy_loss(*input, *target, optional(weight), reduction, ignore_index, label_smoothing);
    });
}

SPEAKER_ABI Handle torch_nll_loss(Handle input, Handle target, Handle weight, std::int64_t ignore_index,
                                  std::int64_t reduction) {
    return made([&] { return at::nll_loss(*input, *target, optional(weight), reduction, ignore_index); });
}

SPEAKER_ABI Handle torch_mse_loss(Handle input, Handle target, std::int64_t reduction) {
    return made([&] { return at::mse_loss(*input, *target, reduction); });
}

SPEAKER_ABI Handle torch_triplet_margin_loss(Handle anchor, Handle positive, Handle negative, double margin,
                                             double order, double epsilon, bool swap, std::int64_t reduction) {
    return made([&] {
        return at::triplet_margin_loss(*anchor, *positive, *negative, margin, order, epsilon, swap, reduction);
    });
}
