// What every translation unit of the C ABI shares: tensor handles, errors, and how arguments cross the border.
//
// A handle owns one reference to a tensor. A function that makes tensors returns null (or false) when libtorch threw;
// the message then waits in `torch_last_error` on the same thread.
#pragma once

#include <cstdint>
#include <exception>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>
#include <c10/core/Scalar.h>
#include <c10/util/Exception.h>

#define SPEAKER_ABI extern "C" __attribute__((visibility("default")))

namespace speaker {

using Handle = at::Tensor*;

// A number of C#: kind 0 is an integer, 1 a real number.
struct Number {
    std::int64_t integer;
    double real;
    std::int64_t kind;
};

void set_error(const char* message) noexcept;
Handle own(at::Tensor tensor);

inline at::Scalar scalar(Number number) {
    return number.kind == 0 ? at::Scalar(number.integer) : at::Scalar(number.real);
}

inline at::IntArrayRef dims(const std::int64_t* values, std::int32_t count) {
    return at::IntArrayRef(values, static_cast<std::size_t>(count));
}

// A null handle stands for "no tensor" (no bias, no weight).
inline c10::optional<at::Tensor> optional(Handle handle) {
    return handle ? c10::optional<at::Tensor>(*handle) : c10::nullopt;
}

// A negative type stands for "the default".
inline c10::optional<at::ScalarType> optional_type(std::int32_t type) {
    return type < 0 ? c10::nullopt : c10::optional<at::ScalarType>(static_cast<at::ScalarType>(type));
}

inline std::vector<at::Tensor> list(const Handle* handles, std::int32_t count) {
    std::vector<at::Tensor> tensors;
    tensors.reserve(static_cast<std::size_t>(count));
    for (std::int32_t i = 0; i < count; ++i) tensors.push_back(*handles[i]);
    return tensors;
}

// Runs the body; false, with the message kept, when it threw.
template <class Body>
bool guarded(Body&& body) noexcept {
    try {
        body();
        return true;
    } catch (const c10::Error& error) {
        set_error(error.what_without_backtrace());
    } catch (const std::exception& error) {
        set_error(error.what());
    } catch (...) {
        set_error("libtorch threw something that is no std::exception");
    }
    return false;
}

// The tensor that the body returns, as a handle; null when it threw.
template <class Body>
Handle made(Body&& body) noexcept {
    Handle result = nullptr;
    guarded([&] { result = own(body()); });
    return result;
}

}  // namespace speaker
