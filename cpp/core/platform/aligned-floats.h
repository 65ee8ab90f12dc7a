#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace corrsteer {

/// Zeros to begin with, from an address that is a multiple of 64 on: a cache line, and the widest vector there is.
class aligned_floats {
  public:
    aligned_floats() = default;
    explicit aligned_floats(size_t n) : memory_(n + line), size_(n) {
        const size_t past = reinterpret_cast<uintptr_t>(memory_.data()) / sizeof(float) % line;
        begin_ = memory_.data() + (line - past) % line;
    }
    aligned_floats(aligned_floats &&) = default;
    aligned_floats & operator=(aligned_floats &&) = default;

    float * data() { return begin_; }
    const float * data() const { return begin_; }
    size_t size() const { return size_; }
    float * begin() { return begin_; }
    float * end() { return begin_ + size_; }

  private:
    static constexpr size_t line = 64 / sizeof(float);

    std::vector<float> memory_;
    float * begin_ = nullptr;
    size_t size_ = 0;
};

} // namespace corrsteer
