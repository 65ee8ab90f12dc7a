#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "ggml-cpp.h"
#include "platform/cpu-threads.h"

namespace corrsteer {

/// A `tile_product` by ggml: on a device, or a processor that no kernel here is for.
class graph_product {
  public:
    graph_product(size_t n_rows, size_t width, size_t tile_rows, const std::string & device, int threads);

    void use(const float * matrix);
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
    std::vector<float> host_output_; ///< where the device's memory is not the host's
};

} // namespace corrsteer
