// One tensor: what it is, its memory, its copies and conversions.
#include "abi.h"

#include <algorithm>

using namespace speaker;

SPEAKER_ABI std::int32_t torch_dim(Handle tensor) { return static_cast<std::int32_t>(tensor->dim()); }

SPEAKER_ABI std::int64_t torch_numel(Handle tensor) { return tensor->numel(); }

SPEAKER_ABI std::int64_t torch_element_size(Handle tensor) { return static_cast<std::int64_t>(tensor->element_size()); }

SPEAKER_ABI std::int32_t torch_dtype(Handle tensor) { return static_cast<std::int32_t>(tensor->scalar_type()); }

SPEAKER_ABI bool torch_is_floating_point(Handle tensor) { return tensor->is_floating_point(); }

SPEAKER_ABI std::int32_t torch_device(Handle tensor, std::int32_t* index) {
    *index = tensor->device().index();
    return static_cast<std::int32_t>(tensor->device().type());
}

SPEAKER_ABI void torch_shape(Handle tensor, std::int64_t* shape) {
    auto sizes = tensor->sizes();
    std::copy(sizes.begin(), sizes.end(), shape);
}

SPEAKER_ABI bool torch_is_contiguous(Handle tensor) { return tensor->is_contiguous(); }

SPEAKER_ABI void* torch_data(Handle tensor) {
    void* data = nullptr;
    guarded([&] { data = tensor->data_ptr(); });
    return data;
}

// The one value of a tensor, as a real number and as an integer.
SPEAKER_ABI bool torch_item(Handle tensor, double* real, std::int64_t* integer) {
    return guarded([&] {
        auto value = tensor->item();
        *real = value.toDouble();
        *integer = value.isFloatingPoint() ? static_cast<std::int64_t>(value.toDouble()) : value.toLong();
    });
}

SPEAKER_ABI Handle torch_to_type(Handle tensor, std::int32_t type, bool copy) {
    return made([&] { return tensor->to(static_cast<at::ScalarType>(type), /*non_blocking=*/false, copy); });
}

SPEAKER_ABI Handle torch_to_device(Handle tensor, std::int32_t type, std::int32_t index) {
    return made([&] {
        c10::Device device(static_cast<c10::DeviceType>(type), static_cast<c10::DeviceIndex>(index));
        return tensor->to(tensor->options().device(device));
    });
}

// Gives the tensor the type and the memory of another one; whoever holds it sees the change.
SPEAKER_ABI bool torch_set_data(Handle tensor, Handle source) {
    return guarded([&] { tensor->set_data(*source); });
}

SPEAKER_ABI Handle torch_clone(Handle tensor) {
    return made([&] { return tensor->clone(); });
}

SPEAKER_ABI Handle torch_contiguous(Handle tensor) {
    return made([&] { return tensor->contiguous(); });
}

SPEAKER_ABI bool torch_copy_(Handle tensor, Handle source) {
    return guarded([&] { tensor->copy_(*source); });
}

SPEAKER_ABI bool torch_fill_(Handle tensor, Number value) {
    return guarded([&] { tensor->fill_(scalar(value)); });
}
