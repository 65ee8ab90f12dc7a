#include "products/speed.h"

#include <algorithm>
#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "ggml-cpp.h"
#include "platform/backend.h"
#include "platform/cpu-threads.h"
#include "platform/error.h"
#include "platform/log.h"
#include "platform/weight-memory.h"
#include "products/node.h"
#include "products/scratch.h"

namespace corrsteer::products {

namespace {

constexpr int most_rows = 512;
constexpr int64_t most_values = 1 << 26;

/// The fastest of several, as whatever else runs takes time as well.
template <typename work>
double fastest_seconds(const work & once) {
    constexpr int most_times = 8;
    constexpr double enough = 0.02;
    double fastest = 1e9;
    double all = 0;
    once(); // memory is touched
    for (int i = 0; i < most_times && all < enough; i++) {
        const auto start = std::chrono::steady_clock::now();
        once();
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
        fastest = std::min(fastest, seconds.count());
        all += seconds.count();
    }
    return fastest;
}

void fill(ggml_tensor & weights, ggml_tensor & rows) {
    std::minstd_rand random(1);
    std::uniform_real_distribution<float> uniform(-1, 1);
    std::vector<float> values(static_cast<size_t>(std::max(ggml_nelements(&weights), ggml_nelements(&rows))));
    for (float & value : values) value = uniform(random);
    ggml_backend_tensor_set(&rows, values.data(), 0, ggml_nbytes(&rows));
    std::vector<uint8_t> stored(ggml_nbytes(&weights));
    const std::vector<float> importance(static_cast<size_t>(weights.ne[0]), 1); // some types can't do without
    ggml_quantize_chunk(weights.type, values.data(), stored.data(), 0, weights.ne[1], weights.ne[0], importance.data());
    ggml_backend_tensor_set(&weights, stored.data(), 0, stored.size());
}

} // namespace

std::optional<speeds> measure_speeds(ggml_type type, int depth, int n_outputs, int n_rows) {
    if (!find_kernel(route::float32, type, false)) return std::nullopt;
    if (n_rows < 1 || n_rows > most_rows) throw range_error("rows", "1 to " + std::to_string(most_rows), n_rows);
    if (depth < 1 || depth % ggml_blck_size(type) != 0) throw range_error("depth", "whole blocks", depth);
    if (n_outputs < 1 || int64_t{depth} * n_outputs > most_values) throw range_error("outputs", "fewer", n_outputs);

    const log_scope log; // llama.cpp tells of every matrix that it rearranges
    const ggml_context_ptr held(ggml_init({2 * ggml_tensor_overhead(), nullptr, true}));
    ggml_tensor * weights = ggml_new_tensor_2d(held.get(), type, depth, n_outputs);
    ggml_backend_buffer_type_t memory = rearranging_memory(type, weights->ne);
    if (!memory) memory = ggml_backend_dev_buffer_type(find_device("cpu"));
    const ggml_backend_buffer_ptr weight_buffer(ggml_backend_alloc_ctx_tensors_from_buft(held.get(), memory));

    const ggml_context_ptr context(ggml_init({8 * ggml_tensor_overhead() + ggml_graph_overhead(), nullptr, true}));
    ggml_tensor * rows = ggml_new_tensor_2d(context.get(), GGML_TYPE_F32, depth, n_rows);
    ggml_tensor * out = ggml_mul_mat(context.get(), weights, rows);
    ggml_cgraph * graph = ggml_new_graph(context.get());
    ggml_build_forward_expand(graph, out);
    const auto threads = cpu_threads::get(1);
    const ggml_backend_ptr backend(ggml_backend_dev_init(find_device("cpu"), nullptr));
    threads->attach(backend.get());
    const ggml_backend_buffer_ptr buffer(ggml_backend_alloc_ctx_tensors(context.get(), backend.get()));
    if (!weight_buffer || !buffer) throw error("ERR_OUT_OF_MEMORY", "no memory for a product to measure");
    fill(*weights, *rows);

    const double operations = 2e-9 * depth * n_outputs * n_rows;
    const shape shape = shape_of(*out);
    const bool is_readable = reads_weights(*weights);
    scratch_memory scratch(n_rows);
    const auto speed_of = [&](route route) -> std::optional<double> {
        const kernel kernel = is_readable ? find_kernel(route, type, shape.in_eights) : nullptr;
        if (!kernel) return std::nullopt;
        const product p = product_of(*out);
        return operations / fastest_seconds([&] { kernel(p, {0, n_outputs, 0, n_rows}, scratch.parts()); });
    };
    const auto lock = cpu_threads::use();
    const double llama_cpp = operations / fastest_seconds([&] { ggml_backend_graph_compute(backend.get(), graph); });
    const route used = is_readable ? choose(policy::fastest, shape) : route::llama_cpp;
    return speeds{llama_cpp, speed_of(route::float32), speed_of(route::int8), used};
}

} // namespace corrsteer::products
