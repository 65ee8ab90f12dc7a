#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace corrsteer {

/// A file that has no name, so that it disappears with the process, however that ends.
class temporary_file {
  public:
    /// In this directory (UTF-8); it is closed where another program is started. ERR_FILE_WRITE.
    explicit temporary_file(const std::string & directory);
    ~temporary_file();
    temporary_file(const temporary_file &) = delete;
    temporary_file & operator=(const temporary_file &) = delete;

    /// ERR_FILE_WRITE, for a full disk for example; what was written before stays readable.
    void write(uint64_t offset, const void * data, size_t size);
    /// Bytes that were written before.
    void read(uint64_t offset, void * data, size_t size) const;

  private:
    [[noreturn]] void fail(const char * what) const;

    std::string directory_;
#ifdef _WIN32
    void * handle_;
#else
    int descriptor_;
#endif
};

} // namespace corrsteer
