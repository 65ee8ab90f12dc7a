#include "platform/mapped-file.h"

#include "platform/error.h"
#include "platform/os-error.h"
#include "platform/win32.h"

#ifdef _WIN32
#include <filesystem>
#else
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace corrsteer {

namespace {

[[noreturn]] void fail(const std::string & path, const std::string & reason = last_os_error()) {
    throw error("ERR_FILE_FORMAT", "cannot read " + path + ": " + reason, {{"path", path}, {"reason", reason}});
}

#ifdef _WIN32
struct handle {
    HANDLE value;
    ~handle() {
        if (value && value != INVALID_HANDLE_VALUE) CloseHandle(value);
    }
};
#else
struct descriptor {
    int value;
    ~descriptor() {
        if (value >= 0) close(value);
    }
};
#endif

} // namespace

#ifdef _WIN32

mapped_file::mapped_file(const std::string & path) {
    const handle file{CreateFileW(std::filesystem::u8path(path).c_str(), GENERIC_READ,
                                  FILE_SHARE_READ | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL,
                                  nullptr)};
    LARGE_INTEGER size;
    if (file.value == INVALID_HANDLE_VALUE || !GetFileSizeEx(file.value, &size)) fail(path);
    size_ = static_cast<size_t>(size.QuadPart);
    if (size_ == 0) return; // an empty file cannot be mapped
    const handle mapping{CreateFileMappingW(file.value, nullptr, PAGE_READONLY, 0, 0, nullptr)};
    if (!mapping.value) fail(path);
    data_ = static_cast<const uint8_t *>(MapViewOfFile(mapping.value, FILE_MAP_READ, 0, 0, 0));
    if (!data_) fail(path);
}

mapped_file::~mapped_file() {
    if (data_) UnmapViewOfFile(data_);
}

void mapped_file::release() const {
    if (data_) VirtualUnlock(const_cast<uint8_t *>(data_), size_); // not locked: out of the working set
}

#else

mapped_file::mapped_file(const std::string & path) {
    const descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)}; // a pipe is refused, not waited for
    struct stat status;
    if (file.value < 0 || fstat(file.value, &status) != 0) fail(path);
    if (!S_ISREG(status.st_mode)) fail(path, "not a regular file");
    size_ = static_cast<size_t>(status.st_size);
    if (size_ == 0) return; // an empty file cannot be mapped
    void * address = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.value, 0);
    if (address == MAP_FAILED) fail(path);
    data_ = static_cast<const uint8_t *>(address);
}

mapped_file::~mapped_file() {
    if (data_) munmap(const_cast<uint8_t *>(data_), size_);
}

void mapped_file::release() const {
    if (data_) madvise(const_cast<uint8_t *>(data_), size_, MADV_DONTNEED);
}

#endif

} // namespace corrsteer
