#include "products/products.h"

#include <cmath>
#include <random>
#include <vector>

#include "check.h"
#include "ggml-backend.h"
#include "ggml-cpp.h"
#include "platform/backend.h"
#include "platform/cpu-threads.h"
#include "platform/weight-memory.h"
#include "products/kernels.h"

using namespace corrsteer;
using products::policy;
using products::route;

namespace {

/// More than a block of outputs and of depth, and no whole number of tiles.
constexpr int n_outputs = 296;
constexpr int depth = 512 + 256;

std::vector<float> drawn(size_t n, unsigned seed) {
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal;
    std::vector<float> values(n);
    for (float & value : values) value = normal(generator);
    return values;
}

/// Weights of a type in memory of the CPU, or in that where llama.cpp rearranges them.
class weights {
  public:
    explicit weights(ggml_type type, bool in_eights = false)
        : context_(ggml_init({16 * ggml_tensor_overhead(), nullptr, true})),
          tensor_(ggml_new_tensor_2d(context_.get(), type, depth, n_outputs)), values_(drawn(n_outputs * depth, 1)) {
        std::vector<uint8_t> stored(ggml_nbytes(tensor_));
        const std::vector<float> importance(depth, 1);
        ggml_quantize_chunk(type, values_.data(), stored.data(), 0, n_outputs, depth, importance.data());
        ggml_backend_buffer_type_t memory = in_eights ? rearranging_memory(type, tensor_->ne) : nullptr;
        if (in_eights && !memory) check::skip("llama.cpp rearranges nothing here");
        if (!memory) memory = ggml_backend_dev_buffer_type(find_device("cpu"));
        buffer_.reset(ggml_backend_alloc_ctx_tensors_from_buft(context_.get(), memory));
        ggml_backend_tensor_set(tensor_, stored.data(), 0, stored.size());
        if (type != GGML_TYPE_F32)
            ggml_get_type_traits(type)->to_float(stored.data(), values_.data(), n_outputs * depth);
    }

    ggml_tensor * tensor() const { return tensor_; }
    /// As they are stored.
    const std::vector<float> & values() const { return values_; }

  private:
    ggml_context_ptr context_;
    ggml_tensor * tensor_;
    ggml_backend_buffer_ptr buffer_;
    std::vector<float> values_;
};

struct multiplied {
    std::vector<float> out;
    bool is_taken;
};

/// `rows` [n, depth] times the weights, computed by ggml's CPU backend after `take`.
multiplied multiply(const weights & weights, policy policy, const std::vector<float> & rows, int n_threads) {
    const auto n_rows = static_cast<int>(rows.size()) / depth;
    ggml_context_ptr context(ggml_init({16 * ggml_tensor_overhead() + ggml_graph_overhead(), nullptr, true}));
    ggml_tensor * inputs = ggml_new_tensor_2d(context.get(), GGML_TYPE_F32, depth, n_rows);
    ggml_tensor * out = ggml_mul_mat(context.get(), weights.tensor(), inputs);
    ggml_cgraph * graph = ggml_new_graph(context.get());
    ggml_build_forward_expand(graph, out);
    const auto threads = cpu_threads::get(n_threads);
    ggml_backend_ptr backend(ggml_backend_dev_init(find_device("cpu"), nullptr));
    threads->attach(backend.get());
    ggml_backend_buffer_ptr buffer(ggml_backend_alloc_ctx_tensors(context.get(), backend.get()));
    ggml_backend_tensor_set(inputs, rows.data(), 0, ggml_nbytes(inputs));
    matrix_products products(policy, n_threads, 128);
    products.take(*out);
    CHECK(ggml_backend_graph_compute(backend.get(), graph) == GGML_STATUS_SUCCESS);
    multiplied result{std::vector<float>(static_cast<size_t>(n_rows) * n_outputs), out->op == GGML_OP_CUSTOM};
    ggml_backend_tensor_get(out, result.out.data(), 0, ggml_nbytes(out));
    return result;
}

std::vector<double> expected(const std::vector<float> & weights, const std::vector<float> & rows) {
    std::vector<double> out;
    for (size_t row = 0; row < rows.size(); row += depth) {
        for (size_t i = 0; i < weights.size(); i += depth) {
            double sum = 0;
            for (size_t k = 0; k < depth; k++) sum += static_cast<double>(weights[i + k]) * rows[row + k];
            out.push_back(sum);
        }
    }
    return out;
}

std::vector<float> rounded_to_8_bits(std::vector<float> values, size_t block) {
    for (size_t i = 0; i < values.size(); i += block) {
        float largest = 0;
        for (size_t j = 0; j < block; j++) largest = std::max(largest, std::fabs(values[i + j]));
        for (size_t j = 0; j < block; j++)
            values[i + j] = std::nearbyint(values[i + j] * (127 / largest)) * (largest / 127);
    }
    return values;
}

double largest_difference(const std::vector<float> & values, const std::vector<double> & others) {
    double largest = 0;
    for (size_t i = 0; i < values.size(); i++) largest = std::max(largest, std::fabs(values[i] - others[i]));
    return largest;
}

constexpr double few_roundings = 1e-5 * 28; // of sums of 768

void skip_unless_here(bool found = products::are_here()) {
    if (!found) check::skip("a processor without the instructions");
}

} // namespace

TEST("multiplies with weights of every type in float32, nothing rounded but sums") {
    skip_unless_here();
    for (const ggml_type type :
         {GGML_TYPE_F32, GGML_TYPE_F16, GGML_TYPE_BF16, GGML_TYPE_Q8_0, GGML_TYPE_Q4_0, GGML_TYPE_Q4_1, GGML_TYPE_Q5_0,
          GGML_TYPE_Q5_1, GGML_TYPE_Q2_K, GGML_TYPE_Q3_K, GGML_TYPE_Q4_K, GGML_TYPE_Q5_K, GGML_TYPE_Q6_K}) {
        const weights weights(type);
        for (const int n_rows : {8, 12, 29}) {
            const std::vector<float> rows = drawn(static_cast<size_t>(n_rows * depth), 2);
            const multiplied result = multiply(weights, policy::float32, rows, 2);
            CHECK(result.is_taken);
            CHECK(largest_difference(result.out, expected(weights.values(), rows)) < few_roundings);
        }
    }
}

TEST("multiplies with quantised weights in int8 as if the rows were rounded to 8 bits, a scale for each block") {
    skip_unless_here(products::find_kernel(route::int8, GGML_TYPE_Q8_0, false));
    const std::vector<float> rows = drawn(47 * depth, 2);
    const std::vector<float> in_16 = rounded_to_8_bits(rows, 16);
    const std::vector<float> in_32 = rounded_to_8_bits(rows, 32);
    for (const ggml_type type : {GGML_TYPE_Q8_0, GGML_TYPE_Q4_0, GGML_TYPE_Q4_1, GGML_TYPE_Q5_0, GGML_TYPE_Q5_1,
                                 GGML_TYPE_Q2_K, GGML_TYPE_Q3_K, GGML_TYPE_Q4_K, GGML_TYPE_Q5_K, GGML_TYPE_Q6_K}) {
        const weights weights(type);
        const bool is_in_16 = type == GGML_TYPE_Q2_K || type == GGML_TYPE_Q3_K || type == GGML_TYPE_Q6_K;
        const multiplied result = multiply(weights, policy::fastest, rows, 2);
        CHECK(result.is_taken);
        CHECK(largest_difference(result.out, expected(weights.values(), is_in_16 ? in_16 : in_32)) < few_roundings);
    }
}

TEST("reads weights that llama.cpp rearranged: the bits are those of the file's order") {
    skip_unless_here(products::find_kernel(route::int8, GGML_TYPE_Q8_0, false));
    const std::vector<float> rows = drawn(47 * depth, 2);
    for (const ggml_type type : {GGML_TYPE_Q4_0, GGML_TYPE_Q4_K}) {
        const multiplied result = multiply(weights(type, true), policy::fastest, rows, 2);
        CHECK(result.is_taken);
        CHECK(result.out == multiply(weights(type), policy::fastest, rows, 2).out);
    }
}

TEST("gives a row the same bits in any company and on any number of threads") {
    skip_unless_here();
    const std::vector<float> rows = drawn(100 * depth, 2);
    const std::vector<float> last(rows.end() - 33 * depth, rows.end());
    const weights weights(GGML_TYPE_Q4_1);
    for (const policy policy : {policy::float32, policy::fastest}) {
        const std::vector<float> together = multiply(weights, policy, rows, 1).out;
        for (const int n_threads : {2, 3, 4}) CHECK(multiply(weights, policy, rows, n_threads).out == together);
        const std::vector<float> expected(together.end() - 33 * n_outputs, together.end());
        CHECK(multiply(weights, policy, last, 2).out == expected);
    }
}

TEST("leaves to llama.cpp what it would not be faster at, or can't read") {
    const weights weights(GGML_TYPE_F32);
    CHECK(!multiply(weights, policy::float32, drawn(7 * depth, 2), 1).is_taken);
    CHECK(!multiply(weights, policy::fastest, drawn(7 * depth, 2), 1).is_taken);
    CHECK(!multiply(weights, policy::llama_cpp, drawn(29 * depth, 2), 1).is_taken);
    CHECK(!multiply(weights, policy::fastest, drawn(129 * depth, 2), 1).is_taken);
    CHECK(products::choose(policy::fastest, {GGML_TYPE_IQ4_XS, false, 1 << 20, 512}) == route::llama_cpp);
}

TEST("computes the same bits with vectors of 8 as with those of 16") {
    const std::vector<float> inputs = drawn(29 * depth, 2);
    const weights float16(GGML_TYPE_F16);
    const weights q4_1(GGML_TYPE_Q4_1);
    const products::scratch_memory memory(29);
    const auto computed_by = [&](products::kernel kernel, const weights & weights) {
        std::vector<float> out(29 * n_outputs);
        const ggml_tensor & tensor = *weights.tensor();
        kernel({static_cast<const char *>(tensor.data), tensor.nb[1], inputs.data(), depth, out.data(), n_outputs,
                n_outputs, 29, depth},
               {0, n_outputs, 0, 29}, memory.parts());
        return out;
    };
    products::kernel found = products::find_kernel(route::float32, GGML_TYPE_F16, false);
    if (!found || found != products::float32_avx512(GGML_TYPE_F16, false)) check::skip("a processor without AVX-512");
    CHECK(computed_by(found, float16) == computed_by(products::float32_avx2(GGML_TYPE_F16, false), float16));
    found = products::float32_avx512(GGML_TYPE_Q4_1, false);
    CHECK(computed_by(found, q4_1) == computed_by(products::float32_avx2(GGML_TYPE_Q4_1, false), q4_1));
}

TEST("reads float16 weights to their last byte, and no further") {
    const products::kernel kernel = products::find_kernel(route::float32, GGML_TYPE_F16, false);
    skip_unless_here(kernel != nullptr);
    constexpr int odd = 21;
    const std::vector<ggml_fp16_t> weights(33 * odd, ggml_fp32_to_fp16(0.5F)); // the address sanitizer knows the end
    const std::vector<float> inputs(9 * odd, 2);
    std::vector<float> out(9 * 33);
    const products::scratch_memory memory(9);
    kernel({reinterpret_cast<const char *>(weights.data()), odd * sizeof(ggml_fp16_t), inputs.data(), odd, out.data(),
            33, 33, 9, odd},
           {0, 33, 0, 9}, memory.parts());
    CHECK(out == std::vector<float>(9 * 33, odd));
}

int main() {
    load_backends(std::getenv("CORRSTEER_LIBRARIES"), {});
    return check::run_all();
}
