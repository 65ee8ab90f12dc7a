#include "platform/os-error.h"

#include <cctype>
#include <system_error>

#include "platform/win32.h"

#ifndef _WIN32
#include <cerrno>
#endif

namespace corrsteer {

std::string last_os_error() {
#ifdef _WIN32
    std::string words = std::system_category().message(static_cast<int>(GetLastError()));
#else
    std::string words = std::generic_category().message(errno);
#endif
    if (!words.empty()) words[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(words[0])));
    return words; // after a path, and as Node.js has them
}

} // namespace corrsteer
