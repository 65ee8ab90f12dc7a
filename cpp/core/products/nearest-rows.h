#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "platform/cancel.h"

namespace corrsteer {

/// Of each of n rows the k others with the largest product, largest first, the lower index on a tie: [n, k].
struct nearest_rows {
    size_t k = 0;
    std::vector<uint32_t> rows;
    std::vector<float> products;
};

/// Products of all pairs of rows of a matrix [n, width], which `read(i, out)` fills once: n^2 width multiplications in
/// float32 by ggml, in tiles, of which one is in memory beside the matrix. k is at most n - 1 afterwards.
/// ERR_OUT_OF_MEMORY; ERR_OUT_OF_RANGE for no rows or threads; ERR_CANCELLED between two tiles.
nearest_rows find_nearest(size_t n, size_t width, size_t k, int n_threads,
                          const std::function<void(size_t, float *)> & read,
                          const cancel_token & cancel = never_cancelled);

} // namespace corrsteer
