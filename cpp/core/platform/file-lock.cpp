#include "platform/file-lock.h"

#include "platform/error.h"
#include "platform/os-error.h"
#include "platform/win32.h"

#ifdef _WIN32
#include <filesystem>
#else
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#endif

namespace corrsteer {

namespace {

error open_error(const std::string & path) {
    const std::string reason = last_os_error();
    return error("ERR_FILE_WRITE", path + ": can't be opened for locking: " + reason, {{"path", path}});
}

} // namespace

#ifdef _WIN32

std::unique_ptr<file_lock> file_lock::try_lock(const std::string & path) {
    // No sharing: a second open fails until the first handle is closed.
    const HANDLE file = CreateFileW(std::filesystem::u8path(path).c_str(), GENERIC_READ | GENERIC_WRITE, 0, nullptr,
                                    OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (file != INVALID_HANDLE_VALUE) return std::unique_ptr<file_lock>(new file_lock(file));
    if (GetLastError() == ERROR_SHARING_VIOLATION) return nullptr;
    throw open_error(path);
}

file_lock::~file_lock() {
    CloseHandle(file_);
}

#else

std::unique_ptr<file_lock> file_lock::try_lock(const std::string & path) {
    const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0) throw open_error(path);
    std::unique_ptr<file_lock> lock(new file_lock(file));
    if (flock(file, LOCK_EX | LOCK_NB) == 0) return lock;
    if (errno == EWOULDBLOCK) return nullptr;
    throw open_error(path);
}

file_lock::~file_lock() {
    close(file_);
}

#endif

} // namespace corrsteer
