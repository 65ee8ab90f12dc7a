#include "products/products.h"

#include <algorithm>
#include <cstring>

#include "ggml-backend.h"
#include "ggml-cpp.h"
#include "products/kernel.h"

namespace corrsteer {

namespace {

/// With fewer, weights take longer to lay out than to multiply with.
constexpr int fewest_rows = 8;

bool is_on_host(const ggml_tensor & tensor) {
    ggml_backend_buffer_t buffer = tensor.view_src ? tensor.view_src->buffer : tensor.buffer;
    return buffer && ggml_backend_buffer_is_host(buffer);
}

bool is_matrix(const ggml_tensor & tensor) {
    return tensor.ne[2] == 1 && tensor.ne[3] == 1;
}

/// Blocks of weights begin where blocks of the product do.
bool reads(ggml_type type) {
    if (type == GGML_TYPE_F32) return true;
    return ggml_get_type_traits(type)->to_float && products::block_depth % ggml_blck_size(type) == 0;
}

products::product product_of(const ggml_tensor & node) {
    const ggml_tensor & weights = *node.src[0];
    const ggml_tensor & inputs = *node.src[1];
    products::product p;
    p.weights = static_cast<const char *>(weights.data);
    p.weight_stride = weights.nb[1];
    p.weight_block = static_cast<int>(ggml_blck_size(weights.type));
    p.weight_block_bytes = ggml_type_size(weights.type);
    p.to_float = weights.type == GGML_TYPE_F32 ? nullptr : ggml_get_type_traits(weights.type)->to_float;
    p.inputs = static_cast<const float *>(inputs.data);
    p.input_stride = inputs.nb[1] / sizeof(float);
    p.out = static_cast<float *>(node.data);
    p.out_stride = node.nb[1] / sizeof(float);
    p.n_outputs = static_cast<int>(weights.ne[1]);
    p.n_rows = static_cast<int>(inputs.ne[1]);
    p.depth = static_cast<int>(weights.ne[0]);
    return p;
}

} // namespace

products::kernel products::find_kernel() {
    static const kernel found = [] {
        const kernel none = nullptr;
#if defined(__x86_64__)
        __builtin_cpu_init();
        if (avx512_kernel() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"))
            return avx512_kernel();
        if (avx2_kernel() && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return avx2_kernel();
#endif
        return none;
    }();
    return found;
}

bool float32_products::are_here() {
    return products::find_kernel() != nullptr;
}

float32_products::float32_products(int n_threads, int most_rows) : most_rows_(most_rows) {
    using namespace products;
    for (int i = 0; i < n_threads; i++) {
        memory_.push_back({std::vector<float>(block_outputs * block_depth),
                           std::vector<float>(outputs_together * block_depth),
                           std::vector<float>(static_cast<size_t>(most_rows + most_tile_rows) * block_depth)});
    }
    const ggml_context_ptr context(ggml_init({2 * ggml_tensor_overhead(), nullptr, true}));
    custom_ = *ggml_custom_4d(context.get(), GGML_TYPE_F32, 1, 1, 1, 1, nullptr, 0, compute, GGML_N_TASKS_MAX, this);
}

/// For ggml's threads: each computes a part of the outputs.
void float32_products::compute(ggml_tensor * node, int thread, int n_threads, void * self) {
    auto & memory = static_cast<float32_products *>(self)->memory_;
    n_threads = std::min(n_threads, static_cast<int>(memory.size()));
    if (thread >= n_threads) return;
    const auto p = product_of(*node);
    constexpr int together = products::outputs_together;
    const int64_t n_parts = (p.n_outputs + together - 1) / together;
    const auto begin_of = [&](int i) {
        return std::min(p.n_outputs, static_cast<int>(n_parts * i / n_threads) * together);
    };
    auto & own = memory[static_cast<size_t>(thread)];
    products::find_kernel()(p, begin_of(thread), begin_of(thread + 1),
                            {own.weights.data(), own.converted.data(), own.inputs.data()});
}

void float32_products::take(ggml_tensor & node) noexcept {
    if (node.op != GGML_OP_MUL_MAT || node.type != GGML_TYPE_F32) return;
    const ggml_tensor & weights = *node.src[0];
    const ggml_tensor & inputs = *node.src[1];
    if (!is_matrix(weights) || !is_matrix(inputs) || inputs.ne[1] < fewest_rows || inputs.ne[1] > most_rows_) return;
    if (!reads(weights.type) || inputs.type != GGML_TYPE_F32 || inputs.nb[0] != sizeof(float)) return;
    if (!ggml_is_contiguous(&weights) || !ggml_is_contiguous(&node)) return;
    if (!is_on_host(node) || !is_on_host(weights) || !is_on_host(inputs))
        return; // a GPU's, or in an order of the CPU's own
    node.op = custom_.op;
    std::memcpy(node.op_params, custom_.op_params, sizeof(node.op_params));
}

} // namespace corrsteer
