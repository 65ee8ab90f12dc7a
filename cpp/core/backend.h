#pragma once

#include <string>

#include "ggml-backend.h"

namespace corrsteer {

/// Loads the backends of a directory, once a process: later calls do nothing. ERR_NATIVE_LOAD if there is no CPU among
/// them.
void load_backends(const std::string & directory);

/// The device of this name; "cpu" is the CPU whatever its name. ERR_INVALID_ARGUMENT, with the names that there are.
ggml_backend_dev_t find_device(const std::string & name);

} // namespace corrsteer
