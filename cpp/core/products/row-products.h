#pragma once

#include <cstddef>
#include <memory>

#include "ggml-cpp.h"
#include "platform/cpu-threads.h"
#include "products/products.h"

namespace corrsteer {

/// A matrix of float32 rows on the CPU, and their products with other rows, a tile at a time: nothing is rounded but
/// sums. One thread at a time.
class row_products {
  public:
    /// Rows of one tile.
    static constexpr size_t tile_rows = 128;

    /// ERR_OUT_OF_RANGE for no values or threads; ERR_OUT_OF_MEMORY.
    row_products(size_t n_rows, size_t width, int n_threads);

    size_t n_rows() const { return static_cast<size_t>(matrix_->ne[1]); }
    size_t width() const { return static_cast<size_t>(matrix_->ne[0]); }
    /// To be filled: the matrix [n_rows, width], and the tile [tile_rows, width].
    float * rows() { return static_cast<float *>(matrix_->data); }
    float * tile() { return static_cast<float *>(tile_->data); }
    /// Of the tile's rows with all of the matrix, [tile_rows, n_rows], valid until the next call.
    const float * multiply();

  private:
    std::shared_ptr<cpu_threads> threads_; // before the backend, which must not outlive it
    ggml_backend_ptr backend_;
    matrix_products products_;
    ggml_context_ptr context_;
    ggml_backend_buffer_ptr buffer_;
    ggml_tensor * matrix_;
    ggml_tensor * tile_;
    ggml_tensor * product_;
    ggml_cgraph * graph_;
};

} // namespace corrsteer
