#include "platform/os-error.h"

#include <system_error>

#include "platform/win32.h"

#ifndef _WIN32
#include <cerrno>
#endif

namespace corrsteer {

std::string last_os_error() {
#ifdef _WIN32
    return std::system_category().message(static_cast<int>(GetLastError()));
#else
    return std::generic_category().message(errno);
#endif
}

} // namespace corrsteer
