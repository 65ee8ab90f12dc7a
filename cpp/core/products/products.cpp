#include "products/products.h"

#include <algorithm>
#include <cstring>

#include "platform/custom-node.h"
#include "platform/on-host.h"
#include "products/node.h"
#include "products/part-of.h"

namespace corrsteer {

namespace {

products::kernel kernel_of(products::policy policy, const ggml_tensor & node) {
    const products::shape shape = products::shape_of(node);
    return products::find_kernel(products::choose(policy, shape), shape.type, shape.in_eights);
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
    kernel_of(own.policy_, *node)(p, products::part_of(p, thread, n_threads),
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
