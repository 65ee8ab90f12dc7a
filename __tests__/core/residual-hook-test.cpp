#include "engine/residual-hook.h"

#include <algorithm>
#include <cstring>

#include "check.h"
#include "ggml-cpp.h"

using corrsteer::hook_row;
using corrsteer::layer_receipt;
using corrsteer::residual_hook;
using corrsteer::steering;

namespace {

constexpr int n_layer = 3;
constexpr int n_embd = 4;

/// Offers nodes of one row to the hook, as llama.cpp does; true for each that it wants.
std::vector<bool> offer(residual_hook & hook, const std::vector<const char *> & names) {
    const ggml_context_ptr context(ggml_init({ggml_tensor_overhead() * names.size(), nullptr, true}));
    std::vector<bool> wanted;
    for (const char * name : names) {
        ggml_tensor * node = ggml_new_tensor_2d(context.get(), GGML_TYPE_F32, n_embd, 1);
        ggml_set_name(node, name);
        wanted.push_back(residual_hook::on_node(node, true, &hook));
    }
    return wanted;
}

/// Gives a node of one row to the hook once it was computed: whether the rest of the graph is to be.
bool compute(residual_hook & hook, const char * name) {
    alignas(64) float row[n_embd] = {1, 1, 1, 1};
    const ggml_context_ptr context(ggml_init({ggml_tensor_overhead(), nullptr, true}));
    const ggml_backend_buffer_ptr buffer(ggml_backend_cpu_buffer_from_ptr(row, sizeof(row)));
    ggml_tensor * node = ggml_new_tensor_2d(context.get(), GGML_TYPE_F32, n_embd, 1);
    ggml_set_name(node, name);
    node->data = row;
    node->buffer = buffer.get();
    return residual_hook::on_node(node, false, &hook);
}

/// What a node calls on a thread once it is ours (ggml.h, ggml_custom_op_t).
void run(ggml_tensor * node, int n_threads) {
    struct parameters {
        ggml_custom_op_t compute;
        int n_tasks;
        void * self;
    } of{};
    std::memcpy(&of, node->op_params, sizeof(of));
    for (int thread = 0; thread < n_threads; thread++) of.compute(node, thread, n_threads, of.self);
}

/// The last addition of layer 1, over memory [3][rows][n_embd]: of the first two into the third.
struct block_sum {
    ggml_context_ptr context{ggml_init({3 * ggml_tensor_overhead(), nullptr, true})};
    ggml_backend_buffer_ptr buffer;
    ggml_tensor * node;

    template <size_t n_rows>
    explicit block_sum(float (&memory)[3][n_rows][n_embd]) {
        buffer.reset(ggml_backend_cpu_buffer_from_ptr(memory, sizeof(memory)));
        const auto matrix = [&] { return ggml_new_tensor_2d(context.get(), GGML_TYPE_F32, n_embd, n_rows); };
        node = ggml_add(context.get(), matrix(), matrix());
        ggml_set_name(node, "l_out-1");
        int i = 0;
        for (ggml_tensor * tensor : {node->src[0], node->src[1], node}) {
            tensor->buffer = buffer.get();
            tensor->data = memory[i++];
        }
    }
};

steering ones_at(int layer) {
    corrsteer::steering_operation operation;
    operation.layer = layer;
    operation.vector.assign(n_embd, 1.0f);
    return {n_embd, {operation}};
}

} // namespace

TEST("finds the layers that a graph names, and no others") {
    residual_hook hook(n_layer, n_embd, 8);
    hook.begin_probe();
    offer(hook, {"inp_embd", "inp_scaled", "attn_norm-0", "l_out-0", "l_out-1 (view)", "l_out-2", "l_out-3", "l_out-"});
    hook.end_probe();
    CHECK(hook.has_layer(-1) && hook.has_layer(0) && hook.has_layer(2));
    CHECK(!hook.has_layer(1) && !hook.has_layer(3) && !hook.has_layer(-2));
}

TEST("a graph without l_out has no layer") {
    residual_hook hook(n_layer, n_embd, 8);
    hook.begin_probe();
    offer(hook, {"attn_norm-0", "ffn_out-0", "result_norm"});
    hook.end_probe();
    for (int layer = -1; layer < n_layer; layer++) CHECK(!hook.has_layer(layer));
}

TEST("asks for the steered layer alone, and says when it never came") {
    residual_hook hook(n_layer, n_embd, 8);
    const steering vectors = ones_at(1);
    std::vector<layer_receipt> receipts(1);
    hook_row row;
    row.output = true;
    row.steering = &vectors;
    row.receipts = &receipts;
    hook.begin({row});
    CHECK((offer(hook, {"l_out-0", "l_out-1", "l_out-2", "l_out-1 (view)"}) ==
           std::vector<bool>{false, true, false, false}));
    CHECK(check::throws_code("ERR_HOOK_POINT", [&] { hook.end(); }));
}

TEST("a sum on the CPU is steered as it is added, and is a sum again where nothing is wanted") {
    constexpr int n_rows = 3;
    alignas(64) float memory[3][n_rows][n_embd];
    for (auto & matrix : memory) {
        for (int row = 0; row < n_rows; row++) std::fill(matrix[row], matrix[row] + n_embd, static_cast<float>(row));
    }
    const block_sum of_layer(memory);
    ggml_tensor * sum = of_layer.node;
    const auto & out = memory[2];

    residual_hook hook(n_layer, n_embd, 8);
    const steering vectors = ones_at(1);
    corrsteer::probe::definition of;
    of.weights.assign(n_embd, 1.0f);
    const std::vector<corrsteer::probe> watched = {{1, of}};
    std::vector<layer_receipt> receipts(1);
    float value = 0;
    std::vector<hook_row> rows(n_rows);
    rows[1].steering = rows[2].steering = &vectors;
    rows[1].receipts = rows[2].receipts = &receipts;
    rows[2].watch = &watched;
    rows[2].watched = &value;
    for (const int n_threads : {1, 2, 5}) {
        receipts.assign(1, {});
        hook.begin(rows);
        CHECK(!residual_hook::on_node(sum, true, &hook)); // so that the graph is not cut
        CHECK(sum->op == GGML_OP_CUSTOM);
        run(sum, n_threads);
        hook.end();
        CHECK(out[0][0] == 0 && out[1][3] == 3 && out[2][0] == 5 && value == 20);
        CHECK(receipts[0].rows == 2 && receipts[0].residual_norm_sum == 12 && receipts[0].added_norm_max == 2);
    }
    hook.begin({hook_row()});
    CHECK(!residual_hook::on_node(sum, true, &hook));
    CHECK(sum->op == GGML_OP_ADD && sum->op_params[0] == 0);
}

TEST("a row that steering makes infinite fails alone, and stays as it was added") {
    // Without it the steered row would go into the cache, where even masked cells are multiplied.
    alignas(64) float memory[3][2][n_embd] = {};
    std::fill(memory[0][1], memory[0][1] + n_embd, 3e38f);
    const block_sum of_layer(memory);
    ggml_tensor * sum = of_layer.node;
    corrsteer::steering_operation operation;
    operation.layer = 1;
    operation.vector.assign(n_embd, 3e38f);
    const steering vectors(n_embd, {operation});
    residual_hook hook(n_layer, n_embd, 8);
    std::vector<hook_row> rows(2);
    rows[1].steering = &vectors;
    hook.begin(rows);
    residual_hook::on_node(sum, true, &hook);
    run(sum, 2);
    hook.end();
    CHECK(memory[2][1][0] == 3e38f);
    hook.throw_failure_of(0);
    CHECK(check::throws_code("ERR_NON_FINITE", [&] { hook.throw_failure_of(1); }));
}

TEST("ends a decode at the last layer that is wanted, where nothing else is") {
    residual_hook hook(n_layer, n_embd, 8);
    corrsteer::probe::definition of;
    of.weights.assign(n_embd, 1.0f);
    const std::vector<corrsteer::probe> watched = {{0, of}, {1, of}};
    std::vector<float> values(2);
    hook_row row;
    row.watch = &watched;
    row.watched = values.data();
    for (const bool ends_early : {true, false}) {
        hook.begin({row}, ends_early);
        CHECK(hook.ends_before_outputs() == ends_early);
        CHECK(compute(hook, "l_out-0"));
        CHECK(compute(hook, "l_out-1") != ends_early);
        hook.end();
    }
}

int main() {
    return check::run_all();
}
