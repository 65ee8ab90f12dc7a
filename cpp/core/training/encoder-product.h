#pragma once

#include <memory>
#include <optional>
#include <string>

#include "ggml-cpp.h"
#include "platform/cpu-threads.h"
#include "products/products.h"

namespace corrsteer::training {

/// The dense part of encoding: tiles of rows times a matrix of weights, on a device. One matrix at a time.
class encoder_product {
  public:
    /// ERR_OUT_OF_MEMORY; ERR_OUT_OF_RANGE for an unknown device.
    encoder_product(int d_sae, size_t width, int tile_rows, const std::string & device, int threads);

    int tile_rows() const { return tile_rows_; }
    /// weights [d_sae, width], from an address that is a multiple of 64; they stay where they are meanwhile.
    void use(const float * weights);
    /// rows [n_rows, width], n_rows <= tile_rows -> [n_rows, d_sae], valid until the next call.
    const float * multiply(const float * rows, int n_rows);

  private:
    int tile_rows_;
    std::shared_ptr<cpu_threads> threads_; ///< null off the CPU; before the backend, which must not outlive it
    ggml_backend_ptr backend_;
    ggml_context_ptr context_;
    ggml_backend_buffer_ptr weight_buffer_;
    ggml_backend_buffer_ptr input_buffer_;
    ggml_backend_buffer_ptr output_buffer_;
    ggml_tensor * weights_;
    ggml_tensor * input_;
    ggml_tensor * output_;
    ggml_cgraph * graph_;
    std::optional<matrix_products> products_;
    std::vector<float> host_output_; ///< where the device's memory is not the host's
};

} // namespace corrsteer::training
