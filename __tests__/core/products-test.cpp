#include "products/products.h"

#include <cmath>
#include <random>
#include <vector>

#include "check.h"
#include "ggml-backend.h"
#include "ggml-cpp.h"
#include "platform/backend.h"
#include "platform/cpu-threads.h"
#include "products/kernel.h"

using namespace corrsteer;

namespace {

/// More than a block of outputs and of depth, and no whole number of tiles.
constexpr int n_outputs = 300;
constexpr int depth = 384 + 96;

std::vector<float> drawn(size_t n, unsigned seed) {
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal;
    std::vector<float> values(n);
    for (float & value : values) value = normal(generator);
    return values;
}

/// `rows` [n, depth] times weights of a type, computed by ggml's CPU backend after `take`.
struct multiplied {
    std::vector<float> out;
    std::vector<double> expected; ///< of the weights as they are stored
    bool is_taken;
};

multiplied multiply(ggml_type type, const std::vector<float> & rows, int n_threads) {
    const auto n_rows = static_cast<int>(rows.size()) / depth;
    const std::vector<float> values = drawn(n_outputs * depth, 1);
    ggml_context_ptr context(ggml_init({16 * ggml_tensor_overhead() + ggml_graph_overhead(), nullptr, true}));
    ggml_tensor * weights = ggml_new_tensor_2d(context.get(), type, depth, n_outputs);
    ggml_tensor * inputs = ggml_new_tensor_2d(context.get(), GGML_TYPE_F32, depth, n_rows);
    ggml_tensor * out = ggml_mul_mat(context.get(), weights, inputs);
    ggml_cgraph * graph = ggml_new_graph(context.get());
    ggml_build_forward_expand(graph, out);
    const auto threads = cpu_threads::get(n_threads);
    ggml_backend_ptr backend(ggml_backend_dev_init(find_device("cpu"), nullptr));
    threads->attach(backend.get());
    ggml_backend_buffer_ptr buffer(ggml_backend_alloc_ctx_tensors(context.get(), backend.get()));
    std::vector<uint8_t> stored(ggml_nbytes(weights));
    ggml_quantize_chunk(type, values.data(), stored.data(), 0, n_outputs, depth, nullptr);
    ggml_backend_tensor_set(weights, stored.data(), 0, stored.size());
    ggml_backend_tensor_set(inputs, rows.data(), 0, ggml_nbytes(inputs));
    float32_products products(n_threads, 64);
    products.take(*out);
    CHECK(ggml_backend_graph_compute(backend.get(), graph) == GGML_STATUS_SUCCESS);

    multiplied result{std::vector<float>(static_cast<size_t>(n_rows) * n_outputs), {}, out->op == GGML_OP_CUSTOM};
    ggml_backend_tensor_get(out, result.out.data(), 0, ggml_nbytes(out));
    std::vector<float> read(values);
    if (type != GGML_TYPE_F32) ggml_get_type_traits(type)->to_float(stored.data(), read.data(), n_outputs * depth);
    for (int row = 0; row < n_rows; row++) {
        for (int i = 0; i < n_outputs; i++) {
            double sum = 0;
            for (int k = 0; k < depth; k++) sum += static_cast<double>(read[i * depth + k]) * rows[row * depth + k];
            result.expected.push_back(sum);
        }
    }
    return result;
}

} // namespace

TEST("multiplies with weights of every type that has blocks of up to 128 in float32") {
    if (!float32_products::are_here()) check::skip("a processor without AVX2");
    for (const ggml_type type : {GGML_TYPE_F32, GGML_TYPE_F16, GGML_TYPE_BF16, GGML_TYPE_Q8_0, GGML_TYPE_Q4_0,
                                 GGML_TYPE_Q4_1, GGML_TYPE_Q5_0, GGML_TYPE_Q5_1, GGML_TYPE_IQ4_NL}) {
        for (const int n_rows : {8, 12, 29}) {
            const multiplied result = multiply(type, drawn(static_cast<size_t>(n_rows * depth), 2), 2);
            CHECK(result.is_taken);
            for (size_t i = 0; i < result.out.size(); i++)
                CHECK(std::fabs(result.out[i] - result.expected[i]) < 1e-5 * std::sqrt(depth));
        }
    }
}

TEST("gives a row the same bits in any company and on any number of threads") {
    if (!float32_products::are_here()) check::skip("a processor without AVX2");
    const std::vector<float> rows = drawn(29 * depth, 2);
    const std::vector<float> together = multiply(GGML_TYPE_Q8_0, rows, 1).out;
    CHECK(multiply(GGML_TYPE_Q8_0, rows, 3).out == together);
    const std::vector<float> last(rows.end() - 9 * depth, rows.end());
    CHECK(multiply(GGML_TYPE_Q8_0, last, 2).out == std::vector<float>(together.end() - 9 * n_outputs, together.end()));
}

TEST("leaves to llama.cpp what it would not be faster at, or can't read") {
    CHECK(!multiply(GGML_TYPE_F32, drawn(7 * depth, 2), 1).is_taken);
    ggml_context_ptr context(ggml_init({8 * ggml_tensor_overhead(), nullptr, true}));
    ggml_tensor * weights = ggml_new_tensor_2d(context.get(), GGML_TYPE_Q4_K, 512, 64);
    ggml_tensor * out = ggml_mul_mat(context.get(), weights, ggml_new_tensor_2d(context.get(), GGML_TYPE_F32, 512, 16));
    float32_products(1, 64).take(*out);
    CHECK(out->op == GGML_OP_MUL_MAT);
}

TEST("computes the same bits with AVX2 and with AVX-512") {
    const products::kernel wide = products::avx512_kernel();
    if (products::find_kernel() != wide || !wide) check::skip("a processor without AVX-512");
    const std::vector<float> weights = drawn(n_outputs * depth, 1);
    const std::vector<float> inputs = drawn(29 * depth, 2);
    std::vector<float> out[2];
    for (const int i : {0, 1}) {
        out[i].resize(29 * n_outputs);
        std::vector<float> block(products::block_outputs * products::block_depth);
        std::vector<float> laid_out((29 + products::most_tile_rows) * products::block_depth);
        const products::product p{reinterpret_cast<const char *>(weights.data()),
                                  depth * sizeof(float),
                                  1,
                                  sizeof(float),
                                  nullptr,
                                  inputs.data(),
                                  depth,
                                  out[i].data(),
                                  n_outputs,
                                  n_outputs,
                                  29,
                                  depth};
        (i == 0 ? wide : products::avx2_kernel())(p, 0, n_outputs, {block.data(), nullptr, laid_out.data()});
    }
    CHECK(out[0] == out[1]);
}

int main() {
    load_backends(std::getenv("CORRSTEER_LIBRARIES"), {});
    return check::run_all();
}
