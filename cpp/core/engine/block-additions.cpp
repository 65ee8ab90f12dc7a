#include "engine/block-additions.h"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "platform/custom-node.h"
#include "platform/on-host.h"

namespace corrsteer {

namespace {

/// Of a node of ours: what ggml_custom_4d sets, and behind it the piece. A sum has no parameters.
constexpr int own_parameters = 8;
constexpr int piece_number = own_parameters;
static_assert((piece_number + 1) * sizeof(int32_t) <= sizeof(ggml_tensor::op_params));

bool is_matrix_on_host(const ggml_tensor & tensor) {
    return tensor.type == GGML_TYPE_F32 && ggml_is_contiguous(&tensor) && ggml_is_matrix(&tensor) && is_on_host(tensor);
}

} // namespace

block_additions::block_additions(row_visitor & visitor) : visitor_(visitor), custom_(custom_node(compute, this)) {}

bool block_additions::can_take(const ggml_tensor & node) {
    return node.op == GGML_OP_ADD && is_matrix_on_host(node) && is_matrix_on_host(*node.src[0]) &&
           is_matrix_on_host(*node.src[1]) && ggml_are_same_shape(&node, node.src[0]) &&
           ggml_are_same_shape(&node, node.src[1]) &&
           std::all_of(std::begin(node.op_params), std::end(node.op_params), [](int32_t value) { return value == 0; });
}

void block_additions::take(ggml_tensor & node, size_t piece) const {
    node.op = custom_.op;
    std::memcpy(node.op_params, custom_.op_params, own_parameters * sizeof(int32_t));
    node.op_params[piece_number] = static_cast<int32_t>(piece);
}

void block_additions::give_back(ggml_tensor & node) const {
    if (node.op != custom_.op) return;
    if (std::memcmp(node.op_params, custom_.op_params, own_parameters * sizeof(int32_t)) != 0) return;
    node.op = GGML_OP_ADD;
    std::fill(std::begin(node.op_params), std::end(node.op_params), 0);
}

void block_additions::compute(ggml_tensor * node, int thread, int n_threads, void * self) {
    row_visitor & visitor = static_cast<block_additions *>(self)->visitor_;
    const auto piece = static_cast<size_t>(node->op_params[piece_number]);
    const auto width = static_cast<size_t>(node->ne[0]);
    const auto n = static_cast<size_t>(node->ne[1]);
    const auto * a = static_cast<const float *>(node->src[0]->data);
    const auto * b = static_cast<const float *>(node->src[1]->data);
    auto * out = static_cast<float *>(node->data);
    for (size_t i = 0; i < n; i++) {
        const auto owner = visitor.is_callers(piece, i) ? 0 : static_cast<int>(i * static_cast<size_t>(n_threads) / n);
        if (owner != thread) continue;
        float * row = out + i * width;
        for (size_t j = 0; j < width; j++) row[j] = a[i * width + j] + b[i * width + j];
        visitor.visit(piece, i, row);
    }
}

} // namespace corrsteer
