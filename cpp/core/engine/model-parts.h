#pragma once

#include <vector>

#include "engine/gguf-header.h"

namespace corrsteer {

/// The headers of a model's files, the first one's first: llama.cpp takes tensors out of the others. ERR_MODEL_LOAD
std::vector<gguf_header> open_parts(const std::string & path);

} // namespace corrsteer
