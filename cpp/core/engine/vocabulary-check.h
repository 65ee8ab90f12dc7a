#pragma once

#include "engine/gguf-header.h"
#include "llama.h"

namespace corrsteer {

/// Refuses a vocabulary on which llama.cpp (src/llama-vocab.cpp) would assert, or go round for ever: ERR_MODEL_LOAD.
void check_vocabulary(const gguf_header & header);

/// The same of what only loading tells: which tokens stand for the beginning and the end. ERR_MODEL_LOAD.
void check_special_tokens(const gguf_header & header, const llama_vocab & vocab);

} // namespace corrsteer
