#pragma once

#include <vector>

#include "engine/gguf-header.h"

namespace corrsteer {

/// Refuses a model, given by the headers of its parts, that lacks a tensor which llama.cpp takes for optional when it
/// loads and uses all the same: ERR_MODEL_LOAD.
void check_needed_tensors(const std::vector<gguf_header> & parts);

} // namespace corrsteer
