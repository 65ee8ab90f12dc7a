#include "engine/device-steering.h"

#include <algorithm>
#include <cmath>

#include "platform/error.h"

namespace corrsteer {

namespace {

/// Distinct vectors of one layer that stay on the device before the table starts again.
constexpr size_t table_rows = 64;

ggml_context_ptr make_context(size_t n_tensors) {
    const size_t size = ggml_tensor_overhead() * n_tensors + ggml_graph_overhead();
    return ggml_context_ptr(ggml_init({size, nullptr, true}));
}

} // namespace

device_steering::device_steering(ggml_backend_dev_t device, int n_embd) : n_embd_(n_embd) {
    backend_.reset(ggml_backend_dev_init(device, nullptr));
    if (!backend_) {
        throw error("ERR_OUT_OF_MEMORY",
                    std::string("device ") + ggml_backend_dev_name(device) + " gives no second queue",
                    {{"device", ggml_backend_dev_name(device)}});
    }
    allocator_.reset(ggml_gallocr_new(ggml_backend_get_default_buffer_type(backend_.get())));
}

/// The layer's table, begun afresh if it has no room for so many new rows.
device_steering::table & device_steering::table_of(int layer, size_t n_rows) {
    table & table = tables_[layer];
    const size_t capacity = std::max(table_rows, n_rows + 1);
    if (table.vectors && table.fingerprints.size() + n_rows <= static_cast<size_t>(table.vectors->ne[1])) return table;
    if (!table.vectors || static_cast<size_t>(table.vectors->ne[1]) < capacity) {
        table.buffer.reset();
        table.context = make_context(1);
        table.vectors = ggml_new_tensor_2d(table.context.get(), GGML_TYPE_F32, n_embd_, static_cast<int64_t>(capacity));
        table.buffer.reset(ggml_backend_alloc_ctx_tensors(table.context.get(), backend_.get()));
        if (!table.buffer) throw error("ERR_OUT_OF_MEMORY", "no device memory for steering vectors");
    }
    const std::vector<float> zero(static_cast<size_t>(n_embd_), 0.0f);
    ggml_backend_tensor_set(table.vectors, zero.data(), 0, zero.size() * sizeof(float));
    table.fingerprints.assign(1, 0);
    return table;
}

int device_steering::row_of(table & table, const steering::step * step) {
    if (!step) return 0;
    auto & known = table.fingerprints;
    const auto found = std::find(known.begin(), known.end(), step->fingerprint);
    if (found != known.end()) return static_cast<int>(found - known.begin());
    const size_t size = static_cast<size_t>(n_embd_) * sizeof(float);
    ggml_backend_tensor_set(table.vectors, step->vector.data(), known.size() * size, size);
    known.push_back(step->fingerprint);
    return static_cast<int>(known.size()) - 1;
}

std::vector<row_norms> device_steering::add(ggml_tensor & rows, int layer,
                                            const std::vector<const steering::step *> & steps) {
    const auto n_rows = static_cast<int64_t>(steps.size());
    table & table = table_of(layer, steps.size());
    std::vector<int32_t> indices;
    for (const steering::step * step : steps) indices.push_back(row_of(table, step));

    const ggml_context_ptr context = make_context(10);
    ggml_context * g = context.get();
    ggml_tensor * residual = ggml_new_tensor_2d(g, GGML_TYPE_F32, n_embd_, n_rows);
    ggml_backend_buffer_t buffer = rows.view_src ? rows.view_src->buffer : rows.buffer;
    ggml_backend_tensor_alloc(buffer, residual, rows.data); // the node's own memory
    ggml_tensor * picked = ggml_new_tensor_1d(g, GGML_TYPE_I32, n_rows);
    ggml_set_input(picked);
    ggml_tensor * before = ggml_sum_rows(g, ggml_sqr(g, residual)); // [1, n_rows]
    ggml_tensor * sum = ggml_add_inplace(g, residual, ggml_get_rows(g, table.vectors, picked));
    ggml_tensor * after = ggml_sum_rows(g, ggml_sqr(g, sum));
    ggml_set_output(before);
    ggml_set_output(after);
    ggml_cgraph * graph = ggml_new_graph(g);
    ggml_build_forward_expand(graph, before); // first: the sum is in its place
    ggml_build_forward_expand(graph, after);
    if (!ggml_gallocr_alloc_graph(allocator_.get(), graph)) {
        throw error("ERR_OUT_OF_MEMORY", "no device memory for steering");
    }
    ggml_backend_tensor_set(picked, indices.data(), 0, indices.size() * sizeof(int32_t));
    if (ggml_backend_graph_compute(backend_.get(), graph) != GGML_STATUS_SUCCESS) {
        throw error("ERR_DECODE", "the steering graph failed on the device");
    }
    std::vector<float> squares[2] = {std::vector<float>(steps.size()), std::vector<float>(steps.size())};
    ggml_backend_tensor_get(before, squares[0].data(), 0, squares[0].size() * sizeof(float));
    ggml_backend_tensor_get(after, squares[1].data(), 0, squares[1].size() * sizeof(float));
    std::vector<row_norms> norms;
    for (size_t i = 0; i < steps.size(); i++) {
        norms.push_back({std::sqrt(static_cast<double>(squares[0][i])), std::sqrt(static_cast<double>(squares[1][i]))});
    }
    return norms;
}

} // namespace corrsteer
