#pragma once

#include <memory>
#include <string>

namespace corrsteer {

/// An exclusive lock of the operating system on a file. It goes with its holder: a killed process leaves none behind.
class file_lock {
  public:
    /// Null while another holder has it. Makes the file where there is none. `path` is UTF-8. ERR_FILE_WRITE if it
    /// can't be opened.
    static std::unique_ptr<file_lock> try_lock(const std::string & path);
    ~file_lock();
    file_lock(const file_lock &) = delete;
    file_lock & operator=(const file_lock &) = delete;

  private:
#ifdef _WIN32
    using handle = void *;
#else
    using handle = int;
#endif
    explicit file_lock(handle file) : file_(file) {}

    handle file_;
};

} // namespace corrsteer
