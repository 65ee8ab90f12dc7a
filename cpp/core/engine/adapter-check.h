#pragma once

#include <string>
#include <vector>

#include "engine/gguf-header.h"

namespace corrsteer {

/// Refuses a LoRA adapter over which llama.cpp would assert when it reads it or computes with it (upstream-asserts.md),
/// or of which it would leave something out. `parts` are those of the model. ERR_MODEL_LOAD.
void check_adapter(const std::string & path, const std::vector<gguf_header> & parts);

} // namespace corrsteer
