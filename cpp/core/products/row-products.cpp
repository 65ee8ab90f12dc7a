#include "products/row-products.h"

#include <string>

#include "platform/backend.h"
#include "platform/error.h"
#include "platform/log.h"

namespace corrsteer {

namespace {

std::shared_ptr<cpu_threads> checked_threads(size_t n_rows, size_t width, int n_threads) {
    check_threads(n_threads);
    if (n_rows < 1 || width < 1) throw error("ERR_OUT_OF_RANGE", "expected rows of at least one value");
    return cpu_threads::get(n_threads);
}

} // namespace

row_products::row_products(size_t n_rows, size_t width, int n_threads)
    : threads_(checked_threads(n_rows, width, n_threads)),
      products_(products::policy::float32, n_threads, static_cast<int>(tile_rows)) {
    const log_scope log;
    backend_.reset(ggml_backend_dev_init(find_device("cpu"), nullptr));
    if (!backend_) throw error("ERR_OUT_OF_MEMORY", "the CPU's backend could not be started");
    threads_->attach(backend_.get());
    constexpr size_t n_nodes = 4;
    context_.reset(
        ggml_init({n_nodes * ggml_tensor_overhead() + ggml_graph_overhead_custom(n_nodes, false), nullptr, true}));
    const auto matrix = [&](size_t rows) {
        return ggml_new_tensor_2d(context_.get(), GGML_TYPE_F32, static_cast<int64_t>(width),
                                  static_cast<int64_t>(rows));
    };
    matrix_ = matrix(n_rows);
    tile_ = matrix(tile_rows);
    product_ = ggml_mul_mat(context_.get(), matrix_, tile_);
    buffer_.reset(ggml_backend_alloc_ctx_tensors(context_.get(), backend_.get()));
    if (!buffer_) {
        const size_t bytes = ggml_nbytes(matrix_) + ggml_nbytes(tile_) + ggml_nbytes(product_);
        throw error("ERR_OUT_OF_MEMORY", "no " + std::to_string(bytes) + " bytes for rows and their products",
                    {{"bytes", static_cast<double>(bytes)}});
    }
    ggml_backend_buffer_clear(buffer_.get(), 0); // of a tile that is not filled products are computed too
    graph_ = ggml_new_graph_custom(context_.get(), n_nodes, false);
    ggml_build_forward_expand(graph_, product_);
    products_.take(*product_);
}

const float * row_products::multiply() {
    const log_scope log;
    const auto turn = cpu_threads::use();
    const ggml_status status = ggml_backend_graph_compute(backend_.get(), graph_);
    if (status != GGML_STATUS_SUCCESS)
        throw error("ERR_INTERNAL", std::string("a product failed: ") + ggml_status_to_string(status));
    return static_cast<const float *>(product_->data);
}

} // namespace corrsteer
