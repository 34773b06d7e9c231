// The optimiser step over a list of parameters, in one call across the border.
// Parameters without a gradient are passed over, as PyTorch does.
#include "abi.h"

#include <cmath>

#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_addcdiv.h>
#include <ATen/ops/_foreach_addcmul.h>
#include <ATen/ops/_foreach_div.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/_foreach_sqrt.h>
#include <ATen/ops/stack.h>
#include <c10/core/GradMode.h>

using namespace speaker;

// AdamW (Loshchilov and Hutter, 2019). The moments are kept by the caller, in the order of the parameters; `steps`
// counts each parameter's own steps and is advanced here.
SPEAKER_ABI bool torch_adamw_step(const Handle* parameters, const Handle* means, const Handle* squares,
                                  std::int64_t* steps, std::int32_t count, double rate, double beta1, double beta2,
                                  double epsilon, double decay) {
    return guarded([&] {
        at::NoGradGuard no_grad;
        std::vector<at::Tensor> values, grads, first, second, denominators;
        std::vector<at::Scalar> sizes, corrections;
        for (std::int32_t i = 0; i < count; ++i) {
            const auto& grad = parameters[i]->grad();
            if (!grad.defined()) continue;
            values.push_back(*parameters[i]);
            grads.push_back(grad);
            first.push_back(*means[i]);
            second.push_back(*squares[i]);
            auto step = static_cast<double>(++steps[i]);
            sizes.emplace_back(-rate / (1 - std::pow(beta1, step)));
            corrections.emplace_back(std::sqrt(1 - std::pow(beta2, step)));
        }
        if (values.empty()) return;
        if (decay != 0) at::_foreach_mul_(values, 1 - rate * decay);
        at::_foreach_mul_(first, beta1);
        at::_foreach_add_(first, grads, 1 - beta1);
        at::_foreach_mul_(second, beta2);
        at::_foreach_addcmul_(second, grads, grads, 1 - beta2);
        denominators = at::_foreach_sqrt(second);
        at::_foreach_div_(denominators, corrections);
        at::_foreach_add_(denominators, epsilon);
        at::_foreach_addcdiv_(values, first, denominators, sizes);
    });
}

// Drops the gradients.
SPEAKER_ABI bool torch_clear_grads(const Handle* parameters, std::int32_t count) {
    return guarded([&] {
        for (std::int32_t i = 0; i < count; ++i) parameters[i]->mutable_grad().reset();
    });
}

// Scales all gradients by one factor so that their common norm of this order is at most `most`; gives the norm before.
SPEAKER_ABI bool torch_clip_grad_norm(const Handle* parameters, std::int32_t count, double most, double order,
                                      double* before) {
    return guarded([&] {
        at::NoGradGuard no_grad;
        std::vector<at::Tensor> grads;
        for (std::int32_t i = 0; i < count; ++i) {
            if (parameters[i]->grad().defined()) grads.push_back(parameters[i]->grad());
        }
        *before = 0;
        if (grads.empty()) return;
        *before = at::stack(at::_foreach_norm(grads, order)).norm(order).item().toDouble();
        auto factor = most / (*before + 1e-6);
        if (factor < 1) at::_foreach_mul_(grads, factor);
    });
}
