#pragma once

#include "engine/gguf-header.h"

namespace corrsteer {

/// Refuses sizes on which llama.cpp (src/llama-model.cpp, load_hparams) would assert: ERR_MODEL_LOAD.
void check_hyperparameters(const gguf_header & header);

} // namespace corrsteer
