// Gradients: libtorch's autograd records and differentiates; these only start it and read what it left.
#include "abi.h"

#include <torch/csrc/autograd/autograd.h>

using namespace speaker;

SPEAKER_ABI bool torch_set_requires_grad(Handle tensor, bool requires_grad) {
    return guarded([&] { tensor->requires_grad_(requires_grad); });
}

SPEAKER_ABI bool torch_backward(Handle tensor, Handle gradient, bool retain_graph) {
    return guarded([&] {
        tensor->backward(gradient ? *gradient : at::Tensor(), retain_graph, /*create_graph=*/false);
    });
}

SPEAKER_ABI Handle torch_detach(Handle tensor) {
    return made([&] { return tensor->detach(); });
}

// Gradients of the outputs with respect to each input, without touching what the leaves have gathered. An input that no
// output depends on gets a null handle.
SPEAKER_ABI bool torch_gradients(const Handle* outputs, std::int32_t output_count, const Handle* inputs,
                                 std::int32_t input_count, const Handle* output_gradients, bool retain_graph,
                                 bool create_graph, bool allow_unused, Handle* gradients) {
    return guarded([&] {
        auto seeds = output_gradients ? list(output_gradients, output_count) : std::vector<at::Tensor>();
        auto results = torch::autograd::grad(list(outputs, output_count), list(inputs, input_count), seeds,
                                             retain_graph, create_graph, allow_unused);
        for (std::size_t i = 0; i < results.size(); ++i) {
            gradients[i] = results[i].defined() ? own(std::move(results[i])) : nullptr;
        }
    });
}
