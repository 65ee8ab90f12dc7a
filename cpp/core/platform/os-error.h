#pragma once

#include <string>

namespace corrsteer {

/// What the operating system says of the last of its calls that failed on this thread.
std::string last_os_error();

} // namespace corrsteer
