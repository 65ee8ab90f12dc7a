#pragma once

#include "ggml-backend.h"

namespace corrsteer {

/// Whether a tensor of a graph lies in the host's memory.
inline bool is_on_host(const ggml_tensor & tensor) {
    ggml_backend_buffer_t buffer = tensor.view_src ? tensor.view_src->buffer : tensor.buffer;
    return buffer && ggml_backend_buffer_is_host(buffer);
}

} // namespace corrsteer
