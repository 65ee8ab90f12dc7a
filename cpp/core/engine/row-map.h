#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace corrsteer {

/// What rows of a layer are replaced by: the engine knows no more of it.
class row_map {
  public:
    virtual ~row_map() = default;

    /// Of a row.
    virtual int n_embd() const = 0;
    /// Of another map another one.
    virtual uint64_t fingerprint() const = 0;
    /// rows [n_rows, n_embd], each replaced where it lies and whatever the others are. Called while llama.cpp computes,
    /// on a thread that has the right to compute on the CPU.
    virtual void replace(float * rows, int n_rows) const = 0;
};

/// One row in place of any: zeros, or the mean of many.
class constant_row : public row_map {
  public:
    explicit constant_row(std::vector<float> row) : row_(std::move(row)) {}

    int n_embd() const override { return static_cast<int>(row_.size()); }
    /// FNV-1a, 64 bits.
    uint64_t fingerprint() const override {
        uint64_t hash = 0xcbf29ce484222325ull;
        const auto * bytes = reinterpret_cast<const unsigned char *>(row_.data());
        for (size_t i = 0; i < row_.size() * sizeof(float); i++) hash = (hash ^ bytes[i]) * 0x100000001b3ull;
        return hash;
    }
    void replace(float * rows, int n_rows) const override {
        for (int i = 0; i < n_rows; i++)
            std::copy(row_.begin(), row_.end(), rows + static_cast<size_t>(i) * row_.size());
    }

  private:
    std::vector<float> row_;
};

} // namespace corrsteer
