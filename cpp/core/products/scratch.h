#pragma once

#include <vector>

#include "products/kernel.h"

namespace corrsteer::products {

/// A thread's scratch for products of at most so many rows.
class scratch_memory {
  public:
    explicit scratch_memory(int most_rows) {
        constexpr size_t line = 64;
        const int n = block_outputs + outputs_together + most_rows + most_tile_rows;
        bytes_.resize(static_cast<size_t>(n) * most_block_bytes + line);
        parts_.weights = bytes_.data() + (line - reinterpret_cast<uintptr_t>(bytes_.data()) % line) % line;
        parts_.converted = parts_.weights + block_outputs * most_block_bytes;
        parts_.inputs = parts_.converted + outputs_together * most_block_bytes;
    }

    const scratch & parts() const { return parts_; }

  private:
    std::vector<char> bytes_;
    scratch parts_;
};

} // namespace corrsteer::products
