// The process and the thread: errors, the count of live tensors, threads, seeds, gradient mode.
#include "abi.h"

#include <atomic>
#include <string>

#include <malloc.h>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

namespace speaker {
namespace {

thread_local std::string last_error;
std::atomic<std::int64_t> live_tensors{0};

// A training step ends by freeing all its tensors at once. By default glibc then gives the memory back to the system,
// and the next step faults it in again page by page: that doubled a step's time. The heap keeps up to 512 MB instead,
// and blocks of up to 32 MB, the most that glibc allows, come from the heap.
[[gnu::constructor]] void keep_freed_memory() {
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 512 << 20);
}

}  // namespace

void set_error(const char* message) noexcept {
    try {
        last_error = message;
    } catch (...) {
        last_error.clear();  // out of memory: an empty message still says that the call failed
    }
}

Handle own(at::Tensor tensor) {
    auto handle = new at::Tensor(std::move(tensor));
    live_tensors.fetch_add(1, std::memory_order_relaxed);
    return handle;
}

}  // namespace speaker

using namespace speaker;

SPEAKER_ABI const char* torch_last_error() { return last_error.c_str(); }

SPEAKER_ABI void torch_release(Handle tensor) {
    delete tensor;
    live_tensors.fetch_sub(1, std::memory_order_relaxed);
}

SPEAKER_ABI std::int64_t torch_live_tensors() { return live_tensors.load(std::memory_order_relaxed); }

SPEAKER_ABI bool torch_set_threads(std::int32_t threads) {
    return guarded([&] { at::set_num_threads(threads); });
}

SPEAKER_ABI std::int32_t torch_threads() { return at::get_num_threads(); }

SPEAKER_ABI bool torch_seed(std::int64_t seed) {
    return guarded([&] { at::manual_seed(static_cast<std::uint64_t>(seed)); });
}

SPEAKER_ABI bool torch_grad_enabled() { return c10::GradMode::is_enabled(); }

SPEAKER_ABI void torch_set_grad_enabled(bool enabled) { c10::GradMode::set_enabled(enabled); }
