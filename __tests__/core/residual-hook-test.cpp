#include "engine/residual-hook.h"

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
    corrsteer::steering_operation operation;
    operation.layer = 1;
    operation.vector.assign(n_embd, 1.0f);
    const steering vectors(n_embd, {operation});
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
