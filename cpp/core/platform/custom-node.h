#pragma once

#include "ggml-cpp.h"

namespace corrsteer {

/// A node of a graph that calls `compute` with `self` on each of ggml's threads, as ggml itself makes it: what another
/// node needs of it to become one.
inline ggml_tensor custom_node(ggml_custom_op_t compute, void * self) {
    const ggml_context_ptr context(ggml_init({2 * ggml_tensor_overhead(), nullptr, true}));
    return *ggml_custom_4d(context.get(), GGML_TYPE_F32, 1, 1, 1, 1, nullptr, 0, compute, GGML_N_TASKS_MAX, self);
}

} // namespace corrsteer
