#pragma once

#include "engine/gguf-header.h"

namespace corrsteer {

/// Refuses a header whose recurrent blocks llama.cpp's graphs would assert over, or have none of where they count on
/// some: ERR_MODEL_LOAD.
void check_recurrence(const gguf_header & header);

} // namespace corrsteer
