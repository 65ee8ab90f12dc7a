#include "products/products.h"

#include <algorithm>
#include <cstring>

#include "platform/custom-node.h"
#include "platform/on-host.h"
#include "products/node.h"

namespace corrsteer {

namespace {

products::kernel kernel_of(products::policy policy, const ggml_tensor & node) {
    const products::shape shape = products::shape_of(node);
    return products::find_kernel(products::choose(policy, shape), shape.type, shape.in_eights);
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

matrix_products::matrix_products(products::policy policy, int n_threads, int most_rows)
    : policy_(policy), most_rows_(most_rows), custom_(custom_node(compute, this)) {
    for (int i = 0; i < n_threads; i++) memory_.emplace_back(most_rows);
}

/// For ggml's threads.
void matrix_products::compute(ggml_tensor * node, int thread, int n_threads, void * self) {
    auto & own = *static_cast<matrix_products *>(self);
    n_threads = std::min(n_threads, static_cast<int>(own.memory_.size()));
    if (thread >= n_threads) return;
    const auto p = products::product_of(*node);
    const int row_parts = row_parts_of(p.n_rows, p.n_outputs, n_threads);
    const range outputs(p.n_outputs, products::outputs_together, thread / row_parts, n_threads / row_parts);
    const range rows(p.n_rows, products::most_tile_rows, thread % row_parts, row_parts);
    kernel_of(own.policy_, *node)(p, {outputs.begin, outputs.end, rows.begin, rows.end},
                                  own.memory_[static_cast<size_t>(thread)].parts());
}

void matrix_products::take(ggml_tensor & node) noexcept {
    if (node.op != GGML_OP_MUL_MAT || node.type != GGML_TYPE_F32) return;
    const ggml_tensor & weights = *node.src[0];
    const ggml_tensor & inputs = *node.src[1];
    if (inputs.ne[1] > most_rows_ || inputs.ne[2] != 1 || inputs.ne[3] != 1) return;
    if (inputs.type != GGML_TYPE_F32 || inputs.nb[0] != sizeof(float) || !ggml_is_contiguous(&node)) return;
    if (!is_on_host(node) || !is_on_host(inputs) || !products::reads_weights(weights)) return;
    if (!kernel_of(policy_, node)) return;
    node.op = custom_.op;
    std::memcpy(node.op_params, custom_.op_params, sizeof(node.op_params));
}

} // namespace corrsteer
