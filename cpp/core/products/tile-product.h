#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ggml-cpp.h"
#include "platform/cpu-threads.h"
#include "products/products.h"

namespace corrsteer {

/// Tiles of float32 rows times a matrix of rows, on a device: nothing is rounded but sums. One thread at a time.
class tile_product {
  public:
    /// For a matrix [n_rows, width]. ERR_OUT_OF_RANGE for no values or threads, or an unknown device;
    /// ERR_OUT_OF_MEMORY.
    tile_product(size_t n_rows, size_t width, size_t tile_rows, const std::string & device, int threads);

    size_t tile_rows() const { return static_cast<size_t>(input_->ne[1]); }
    /// The matrix, from an address that is a multiple of 64 on. On the CPU it is read where it lies; a device has a
    /// copy.
    void use(const float * matrix);
    /// rows [n, width], n <= tile_rows -> [n, n_rows], valid until the next call.
    const float * multiply(const float * rows, size_t n);

  private:
    std::shared_ptr<cpu_threads> threads_; ///< null off the CPU; before the backend, which must not outlive it
    ggml_backend_ptr backend_;
    ggml_context_ptr context_;
    ggml_backend_buffer_ptr matrix_buffer_;
    ggml_backend_buffer_ptr input_buffer_;
    ggml_backend_buffer_ptr output_buffer_;
    ggml_tensor * matrix_;
    ggml_tensor * input_;
    ggml_tensor * output_;
    ggml_cgraph * graph_;
    std::optional<matrix_products> products_; ///< on the CPU
    std::vector<float> host_output_;          ///< where the device's memory is not the host's
};

} // namespace corrsteer
