#pragma once

#include "ggml-backend.h"

namespace corrsteer {

/// The CPU's memory where llama.cpp keeps a matrix of weights: one with an order of its own that makes products faster
/// on this processor, or null where they lie as in the file.
ggml_backend_buffer_type_t rearranging_memory(ggml_type type, const int64_t * ne);

} // namespace corrsteer
