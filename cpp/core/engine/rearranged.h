#pragma once

#include <vector>

#include "engine/gguf-header.h"

namespace corrsteer {

/// Whether ggml's CPU backend keeps matrices of a model in an order of its own: beside a mapped file they are in memory
/// twice.
bool has_rearranged(const std::vector<gguf_header> & headers);

} // namespace corrsteer
