#include "platform/os-error.h"

#include <cctype>

#include "platform/win32.h"

#ifdef _WIN32
#include <filesystem>
#include <iterator>
#else
#include <cerrno>
#include <system_error>
#endif

namespace corrsteer {

namespace {

#ifdef _WIN32
/// Not by std::system_category: its words are in the user's code page, or are those of errno.
std::string system_words() {
    const DWORD code = GetLastError();
    wchar_t wide[512];
    constexpr DWORD how = FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS;
    const DWORD length = FormatMessageW(how, nullptr, code, 0, wide, static_cast<DWORD>(std::size(wide)), nullptr);
    std::string words = std::filesystem::path(wide, wide + length).u8string();
    while (!words.empty() && (words.back() == '\n' || words.back() == '\r' || words.back() == ' ')) words.pop_back();
    return words.empty() ? "error " + std::to_string(code) : words;
}
#else
std::string system_words() {
    return std::generic_category().message(errno);
}
#endif

} // namespace

std::string last_os_error() {
    std::string words = system_words();
    if (!words.empty()) words[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(words[0])));
    return words; // after a path, and as Node.js has them
}

} // namespace corrsteer
