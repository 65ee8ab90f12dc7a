#include "training/encoder-product.h"

#include <algorithm>

#include "platform/backend.h"
#include "platform/error.h"
#include "platform/fair-mutex.h"
#include "platform/log.h"

namespace corrsteer::training {

namespace {

ggml_backend_buffer_ptr allocate(ggml_backend_t backend, ggml_tensor * tensor) {
    ggml_backend_buffer_ptr buffer(ggml_backend_alloc_buffer(backend, ggml_nbytes(tensor)));
    if (!buffer) {
        const auto bytes = static_cast<double>(ggml_nbytes(tensor));
        throw error("ERR_OUT_OF_MEMORY",
                    "no " + std::to_string(ggml_nbytes(tensor)) + " bytes on device " + ggml_backend_name(backend),
                    {{"bytes", bytes}});
    }
    ggml_backend_tensor_alloc(buffer.get(), tensor, ggml_backend_buffer_get_base(buffer.get()));
    return buffer;
}

} // namespace

encoder_product::encoder_product(int d_sae, size_t width, int tile_rows, const std::string & device, int threads)
    : tile_rows_(tile_rows) {
    const log_scope log;
    ggml_backend_dev_t found = find_device(device);
    if (is_cpu(found)) threads_ = cpu_threads::get(threads);
    backend_.reset(ggml_backend_dev_init(found, nullptr));
    if (!backend_) throw error("ERR_OUT_OF_MEMORY", "device " + device + " could not be started");
    if (threads_) {
        threads_->attach(backend_.get());
        if (products::are_here()) products_.emplace(products::policy::float32, threads, tile_rows);
    }
    constexpr size_t most_nodes = 8;
    context_.reset(ggml_init(
        {most_nodes * ggml_tensor_overhead() + ggml_graph_overhead_custom(most_nodes, false), nullptr, true}));
    const auto depth = static_cast<int64_t>(width);
    weights_ = ggml_new_tensor_2d(context_.get(), GGML_TYPE_F32, depth, d_sae);
    input_ = ggml_new_tensor_2d(context_.get(), GGML_TYPE_F32, depth, tile_rows);
    output_ = ggml_mul_mat(context_.get(), weights_, input_);
    graph_ = ggml_new_graph_custom(context_.get(), most_nodes, false);
    ggml_build_forward_expand(graph_, output_);
    input_buffer_ = allocate(backend_.get(), input_);
    output_buffer_ = allocate(backend_.get(), output_);
    if (!threads_) weight_buffer_ = allocate(backend_.get(), weights_);
}

void encoder_product::use(const float * weights) {
    if (!threads_) return ggml_backend_tensor_set(weights_, weights, 0, ggml_nbytes(weights_));
    weights_->buffer = nullptr;
    weights_->data = nullptr;
    auto * memory = const_cast<float *>(weights); // which ggml reads alone
    weight_buffer_.reset(ggml_backend_cpu_buffer_from_ptr(memory, ggml_nbytes(weights_)));
    ggml_backend_tensor_alloc(weight_buffer_.get(), weights_, memory);
}

const float * encoder_product::multiply(const float * rows, int n_rows) {
    const log_scope log;
    const auto lock = threads_ ? threads_->use() : std::unique_lock<fair_mutex>();
    if (products_) products_->take(*output_);
    ggml_backend_tensor_set(input_, rows, 0, static_cast<size_t>(n_rows) * input_->nb[1]);
    const ggml_status status = ggml_backend_graph_compute(backend_.get(), graph_);
    if (status != GGML_STATUS_SUCCESS) {
        throw error(status == GGML_STATUS_ALLOC_FAILED ? "ERR_OUT_OF_MEMORY" : "ERR_INTERNAL",
                    std::string("the product of rows and encoder failed: ") + ggml_status_to_string(status));
    }
    if (ggml_backend_buffer_is_host(output_buffer_.get())) return static_cast<const float *>(output_->data);
    host_output_.resize(static_cast<size_t>(ggml_nelements(output_)));
    ggml_backend_tensor_get(output_, host_output_.data(), 0, ggml_nbytes(output_));
    return host_output_.data();
}

} // namespace corrsteer::training
