#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace corrsteer {

/// A whole file in memory, read-only, paged in by the operating system as it is read. Other processes may replace the
/// file meanwhile, but must not truncate it.
class mapped_file {
  public:
    /// `path` is UTF-8. ERR_FILE_FORMAT if it cannot be read.
    explicit mapped_file(const std::string & path);
    ~mapped_file();
    mapped_file(const mapped_file &) = delete;
    mapped_file & operator=(const mapped_file &) = delete;

    const uint8_t * data() const { return data_; }
    size_t size() const { return size_; }

    /// Gives back the memory of what was read so far: it is paged in again where it is read again.
    void release() const;

  private:
    const uint8_t * data_ = nullptr;
    size_t size_ = 0;
};

} // namespace corrsteer
