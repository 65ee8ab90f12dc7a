#pragma once

#include "engine/gguf-header.h"

namespace corrsteer {

/// Refuses weights of types that are no numbers, which ggml would multiply all the same: ERR_MODEL_LOAD.
void check_tensors(const gguf_header & header);

} // namespace corrsteer
