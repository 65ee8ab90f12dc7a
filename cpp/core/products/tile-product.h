#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "platform/aligned-floats.h"
#include "products/graph-product.h"
#include "products/kernel.h"
#include "products/scratch.h"

namespace corrsteer {

/// Tiles of float32 rows times a matrix of rows, on a device: nothing is rounded but sums. One thread at a time.
class tile_product {
  public:
    /// For a matrix [n_rows, width]. ERR_OUT_OF_RANGE for no values or threads, or an unknown device;
    /// ERR_OUT_OF_MEMORY.
    tile_product(size_t n_rows, size_t width, size_t tile_rows, const std::string & device, int threads);

    size_t tile_rows() const { return tile_rows_; }
    /// The matrix, from an address that is a multiple of 64 on. On the CPU it is read where it lies; a device has a
    /// copy.
    void use(const float * matrix);
    /// rows [n, width], n <= tile_rows -> [n, n_rows], valid until the next call.
    const float * multiply(const float * rows, size_t n);

  private:
    size_t n_rows_;
    size_t width_;
    size_t tile_rows_;
    std::optional<graph_product> graph_; ///< where there is no kernel, and none of what follows
    products::kernel kernel_ = nullptr;
    const float * matrix_ = nullptr;
    std::vector<products::scratch_memory> memory_; ///< of each thread
    aligned_floats output_;
};

} // namespace corrsteer
