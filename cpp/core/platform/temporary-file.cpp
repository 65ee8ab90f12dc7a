#include "platform/temporary-file.h"

#include <algorithm>

#include "platform/error.h"
#include "platform/os-error.h"
#include "platform/win32.h"

#ifdef _WIN32
#include <atomic>
#include <filesystem>
#else
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>
#endif

namespace corrsteer {

void temporary_file::fail(const char * what) const {
    const std::string reason = last_os_error();
    throw error("ERR_FILE_WRITE", std::string(what) + " in " + directory_ + ": " + reason,
                {{"path", directory_}, {"reason", reason}});
}

#ifdef _WIN32

namespace {

constexpr size_t most_bytes_at_once = 1 << 30;

OVERLAPPED at(uint64_t offset) {
    OVERLAPPED place = {};
    place.Offset = static_cast<DWORD>(offset);
    place.OffsetHigh = static_cast<DWORD>(offset >> 32);
    return place;
}

} // namespace

temporary_file::temporary_file(const std::string & directory) : directory_(directory) {
    static std::atomic<unsigned> number{0};
    const auto name = "corrsteer-" + std::to_string(GetCurrentProcessId()) + "-" + std::to_string(number++) + ".tmp";
    handle_ = CreateFileW((std::filesystem::u8path(directory) / name).c_str(), GENERIC_READ | GENERIC_WRITE, 0, nullptr,
                          CREATE_NEW, FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE, nullptr);
    if (handle_ == INVALID_HANDLE_VALUE) fail("cannot make a temporary file");
}

temporary_file::~temporary_file() {
    CloseHandle(handle_);
}

void temporary_file::write(uint64_t offset, const void * data, size_t size) {
    const auto * bytes = static_cast<const uint8_t *>(data);
    while (size > 0) {
        OVERLAPPED place = at(offset);
        DWORD done = 0;
        if (!WriteFile(handle_, bytes, static_cast<DWORD>(std::min(size, most_bytes_at_once)), &done, &place)) {
            fail("cannot write a temporary file");
        }
        bytes += done, offset += done, size -= done;
    }
}

void temporary_file::read(uint64_t offset, void * data, size_t size) const {
    auto * bytes = static_cast<uint8_t *>(data);
    while (size > 0) {
        OVERLAPPED place = at(offset);
        DWORD done = 0;
        if (!ReadFile(handle_, bytes, static_cast<DWORD>(std::min(size, most_bytes_at_once)), &done, &place)) {
            fail("cannot read a temporary file");
        }
        bytes += done, offset += done, size -= done;
    }
}

#else

temporary_file::temporary_file(const std::string & directory) : directory_(directory) {
    // Named as the run directory's other unfinished files, so that one that keeps its name is swept with them.
    std::string path = directory + "/spool.XXXXXX.partial";
    descriptor_ = mkostemps(path.data(), sizeof(".partial") - 1, O_CLOEXEC);
    if (descriptor_ < 0) fail("cannot make a temporary file");
    if (unlink(path.c_str()) == 0) return;
    const int reason = errno;
    close(descriptor_);
    errno = reason;
    fail("cannot take the name from a temporary file");
}

temporary_file::~temporary_file() {
    close(descriptor_);
}

void temporary_file::write(uint64_t offset, const void * data, size_t size) {
    const auto * bytes = static_cast<const uint8_t *>(data);
    while (size > 0) {
        const ssize_t done = pwrite(descriptor_, bytes, size, static_cast<off_t>(offset));
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) fail("cannot write a temporary file");
        bytes += done, offset += static_cast<uint64_t>(done), size -= static_cast<size_t>(done);
    }
}

void temporary_file::read(uint64_t offset, void * data, size_t size) const {
    auto * bytes = static_cast<uint8_t *>(data);
    while (size > 0) {
        const ssize_t done = pread(descriptor_, bytes, size, static_cast<off_t>(offset));
        if (done < 0 && errno == EINTR) continue;
        if (done == 0) errno = EIO; // shorter than what was written: the disk lost it
        if (done <= 0) fail("cannot read a temporary file");
        bytes += done, offset += static_cast<uint64_t>(done), size -= static_cast<size_t>(done);
    }
}

#endif

} // namespace corrsteer
