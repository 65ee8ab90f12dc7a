#pragma once

#include "engine/gguf-header.h"
#include "llama.h"

namespace corrsteer {

/// Refuses a model whose graph would assert over how it rotates positions: ERR_MODEL_LOAD. The header says by how much,
/// and the loaded model whether and in which way its architecture does.
void check_rotation(const gguf_header & header, const llama_model & model);

} // namespace corrsteer
