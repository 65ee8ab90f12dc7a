#include "products/products.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "ggml-backend.h"
#include "ggml-cpp.h"
#include "platform/on-host.h"

namespace corrsteer {

namespace {

ggml_backend_buffer_t buffer_of(const ggml_tensor & tensor) {
    return tensor.view_src ? tensor.view_src->buffer : tensor.buffer;
}

/// Weights that llama.cpp rearranged for this processor; which types those are is fixed by its release.
bool is_in_eights(const ggml_tensor & weights) {
    ggml_backend_buffer_t buffer = buffer_of(weights);
    return buffer && ggml_backend_buffer_name(buffer) == std::string_view("CPU_REPACK");
}

bool is_matrix(const ggml_tensor & tensor) {
    return tensor.ne[2] == 1 && tensor.ne[3] == 1;
}

products::kernel kernel_of(products::policy policy, const ggml_tensor & node) {
    const ggml_type type = node.src[0]->type;
    const bool in_eights = is_in_eights(*node.src[0]);
    const auto route = products::choose(policy, type, in_eights, static_cast<int>(node.src[1]->ne[1]));
    return products::find_kernel(route, type, in_eights);
}

products::product product_of(const ggml_tensor & node) {
    const ggml_tensor & weights = *node.src[0];
    const ggml_tensor & inputs = *node.src[1];
    products::product p;
    p.weights = static_cast<const char *>(weights.data);
    p.weight_stride = weights.nb[1];
    p.inputs = static_cast<const float *>(inputs.data);
    p.input_stride = inputs.nb[1] / sizeof(float);
    p.out = static_cast<float *>(node.data);
    p.out_stride = node.nb[1] / sizeof(float);
    p.n_outputs = static_cast<int>(weights.ne[1]);
    p.n_rows = static_cast<int>(inputs.ne[1]);
    p.depth = static_cast<int>(weights.ne[0]);
    return p;
}

/// `part` of `n_parts` of so many, in multiples of `together`.
struct range {
    int begin;
    int end;

    range(int n, int together, int part, int n_parts) {
        const int64_t n_groups = (n + together - 1) / together;
        const auto begin_of = [&](int i) { return std::min(n, static_cast<int>(n_groups * i / n_parts) * together); };
        begin = begin_of(part);
        end = begin_of(part + 1);
    }
};

/// Each thread lays out the rows and the weights of its part: in how many parts of the rows that is least.
int row_parts_of(int n_rows, int n_outputs, int n_threads) {
    int best = 1;
    const auto laid_out = [&](int parts) { return n_rows / parts + n_outputs / (n_threads / parts); };
    for (int parts = 2; parts <= n_threads; parts++) {
        if (n_threads % parts == 0 && laid_out(parts) < laid_out(best)) best = parts;
    }
    return best;
}

} // namespace

struct matrix_products::memory {
    explicit memory(int most_rows) {
        using namespace products;
        constexpr size_t line = 64;
        const int n = block_outputs + outputs_together + most_rows + most_tile_rows;
        bytes.resize(static_cast<size_t>(n) * most_block_bytes + line);
        auto * begin = bytes.data() + (line - reinterpret_cast<uintptr_t>(bytes.data()) % line) % line;
        parts.weights = begin;
        parts.converted = parts.weights + block_outputs * most_block_bytes;
        parts.inputs = parts.converted + outputs_together * most_block_bytes;
    }

    std::vector<char> bytes;
    products::scratch parts;
};

matrix_products::matrix_products(products::policy policy, int n_threads, int most_rows)
    : policy_(policy), most_rows_(most_rows) {
    for (int i = 0; i < n_threads; i++) memory_.emplace_back(most_rows);
    const ggml_context_ptr context(ggml_init({2 * ggml_tensor_overhead(), nullptr, true}));
    custom_ = *ggml_custom_4d(context.get(), GGML_TYPE_F32, 1, 1, 1, 1, nullptr, 0, compute, GGML_N_TASKS_MAX, this);
}

matrix_products::~matrix_products() = default;

/// For ggml's threads.
void matrix_products::compute(ggml_tensor * node, int thread, int n_threads, void * self) {
    auto & own = *static_cast<matrix_products *>(self);
    n_threads = std::min(n_threads, static_cast<int>(own.memory_.size()));
    if (thread >= n_threads) return;
    const auto p = product_of(*node);
    const int row_parts = row_parts_of(p.n_rows, p.n_outputs, n_threads);
    const range outputs(p.n_outputs, products::outputs_together, thread / row_parts, n_threads / row_parts);
    const range rows(p.n_rows, products::most_tile_rows, thread % row_parts, row_parts);
    kernel_of(own.policy_, *node)(p, {outputs.begin, outputs.end, rows.begin, rows.end},
                                  own.memory_[static_cast<size_t>(thread)].parts);
}

void matrix_products::take(ggml_tensor & node) noexcept {
    if (node.op != GGML_OP_MUL_MAT || node.type != GGML_TYPE_F32) return;
    const ggml_tensor & weights = *node.src[0];
    const ggml_tensor & inputs = *node.src[1];
    if (!is_matrix(weights) || !is_matrix(inputs) || inputs.ne[1] > most_rows_) return;
    if (inputs.type != GGML_TYPE_F32 || inputs.nb[0] != sizeof(float)) return;
    if (!ggml_is_contiguous(&weights) || !ggml_is_contiguous(&node)) return;
    if (!is_on_host(node) || !is_on_host(inputs)) return; // a GPU's
    if (!is_on_host(weights) && !is_in_eights(weights)) return;
    if (!kernel_of(policy_, node)) return;
    node.op = custom_.op;
    std::memcpy(node.op_params, custom_.op_params, sizeof(node.op_params));
}

} // namespace corrsteer
