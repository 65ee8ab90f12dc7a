#include "products/graph-product.h"

#include "platform/backend.h"
#include "platform/error.h"
#include "platform/fair-mutex.h"
#include "platform/log.h"

namespace corrsteer {

namespace {

ggml_backend_buffer_ptr allocate(ggml_backend_t backend, ggml_tensor * tensor) {
    const size_t bytes = ggml_nbytes(tensor);
    ggml_backend_buffer_ptr buffer(ggml_backend_alloc_buffer(backend, bytes));
    if (!buffer) {
        throw error("ERR_OUT_OF_MEMORY",
                    "no " + std::to_string(bytes) + " bytes for rows and their products on device " +
                        ggml_backend_name(backend),
                    {{"bytes", static_cast<double>(bytes)}});
    }
    ggml_backend_buffer_clear(buffer.get(), 0); // of rows that are not filled products are computed too
    ggml_backend_tensor_alloc(buffer.get(), tensor, ggml_backend_buffer_get_base(buffer.get()));
    return buffer;
}

} // namespace

graph_product::graph_product(size_t n_rows, size_t width, size_t tile_rows, const std::string & device, int threads) {
    const log_scope log;
    if (is_cpu(find_device(device))) threads_ = cpu_threads::get(threads);
    backend_ = start_backend(device, threads_.get());
    constexpr size_t n_nodes = 4;
    context_.reset(
        ggml_init({n_nodes * ggml_tensor_overhead() + ggml_graph_overhead_custom(n_nodes, false), nullptr, true}));
    const auto matrix = [&](size_t rows) {
        return ggml_new_tensor_2d(context_.get(), GGML_TYPE_F32, static_cast<int64_t>(width),
                                  static_cast<int64_t>(rows));
    };
    matrix_ = matrix(n_rows);
    input_ = matrix(tile_rows);
    output_ = ggml_mul_mat(context_.get(), matrix_, input_);
    graph_ = ggml_new_graph_custom(context_.get(), n_nodes, false);
    ggml_build_forward_expand(graph_, output_);
    input_buffer_ = allocate(backend_.get(), input_);
    output_buffer_ = allocate(backend_.get(), output_);
    if (!threads_) matrix_buffer_ = allocate(backend_.get(), matrix_);
}

void graph_product::use(const float * matrix) {
    if (!threads_) return ggml_backend_tensor_set(matrix_, matrix, 0, ggml_nbytes(matrix_));
    matrix_->buffer = nullptr;
    matrix_->data = nullptr;
    auto * memory = const_cast<float *>(matrix); // which ggml reads alone
    matrix_buffer_.reset(ggml_backend_cpu_buffer_from_ptr(memory, ggml_nbytes(matrix_)));
    ggml_backend_tensor_alloc(matrix_buffer_.get(), matrix_, memory);
}

const float * graph_product::multiply(const float * rows, size_t n) {
    const log_scope log;
    const auto turn = threads_ ? threads_->use() : std::unique_lock<fair_mutex>();
    ggml_backend_tensor_set(input_, rows, 0, n * input_->nb[1]);
    const ggml_status status = ggml_backend_graph_compute(backend_.get(), graph_);
    if (status != GGML_STATUS_SUCCESS) {
        throw error(status == GGML_STATUS_ALLOC_FAILED ? "ERR_OUT_OF_MEMORY" : "ERR_INTERNAL",
                    std::string("a product failed: ") + ggml_status_to_string(status));
    }
    if (ggml_backend_buffer_is_host(output_buffer_.get())) return static_cast<const float *>(output_->data);
    host_output_.resize(static_cast<size_t>(ggml_nelements(output_)));
    ggml_backend_tensor_get(output_, host_output_.data(), 0, ggml_nbytes(output_));
    return host_output_.data();
}

} // namespace corrsteer
