// The rate of float32 products of a model's own shapes: what one-token collection is measured against.
//   products --libraries DIR --model FILE --kernel here|llama.cpp|LIBRARY --rows N --threads N
// Multiplies so many rows with the matrices of the model's first block, random ones in float32, for a second of a
// processor: by the kernel of cpp/core/products, by llama.cpp, or by the `cblas_sgemm` of a shared library. Prints
// JSON: seconds, the operations done in them, and how many weights the matrices of all blocks have.
#include <dlfcn.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "ggml-backend.h"
#include "ggml-cpp.h"
#include "ggml-cpu.h"
#include "gguf.h"
#include "products/products.h"
#include "program.h"

constexpr double least_processor_seconds = 1;

struct matrix {
    int64_t outputs;
    int64_t depth;
};

struct shapes {
    std::vector<matrix> block;
    double weights = 0;
};

static shapes read_shapes(const std::string & path) {
    ggml_context * metadata = nullptr;
    const gguf_context_ptr file(gguf_init_from_file(path.c_str(), {true, &metadata}));
    const ggml_context_ptr tensors(metadata);
    if (!file) throw std::runtime_error("cannot read " + path);
    shapes found;
    for (ggml_tensor * t = ggml_get_first_tensor(metadata); t; t = ggml_get_next_tensor(metadata, t)) {
        const std::string name = ggml_get_name(t);
        if (name.rfind("blk.", 0) != 0 || ggml_n_dims(t) != 2) continue;
        found.weights += static_cast<double>(ggml_nelements(t));
        if (name.rfind("blk.0.", 0) == 0) found.block.push_back({t->ne[1], t->ne[0]});
    }
    if (found.block.empty()) throw std::runtime_error("no matrices in " + path);
    return found;
}

/// A graph of the products, on the CPU.
class graph {
  public:
    graph(const std::vector<matrix> & block, int n_rows, int n_threads)
        : context_(ggml_init({8 * block.size() * ggml_tensor_overhead() + ggml_graph_overhead(), nullptr, true})) {
        ggml_backend_dev_t cpu = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
        if (!cpu) throw std::runtime_error("no CPU backend was loaded");
        backend_.reset(ggml_backend_dev_init(cpu, nullptr));
        auto set_threads = reinterpret_cast<ggml_backend_set_n_threads_t>(
            ggml_backend_reg_get_proc_address(ggml_backend_dev_backend_reg(cpu), "ggml_backend_set_n_threads"));
        set_threads(backend_.get(), n_threads);
        graph_ = ggml_new_graph(context_.get());
        for (const auto & [outputs, depth] : block) {
            ggml_tensor * weights = ggml_new_tensor_2d(context_.get(), GGML_TYPE_F32, depth, outputs);
            ggml_tensor * inputs = ggml_new_tensor_2d(context_.get(), GGML_TYPE_F32, depth, n_rows);
            nodes.push_back(ggml_mul_mat(context_.get(), weights, inputs));
            ggml_build_forward_expand(graph_, nodes.back());
        }
        buffer_.reset(ggml_backend_alloc_ctx_tensors(context_.get(), backend_.get()));
        std::minstd_rand random;
        for (ggml_tensor * node : nodes) {
            for (ggml_tensor * side : {node->src[0], node->src[1]}) {
                auto * values = static_cast<float *>(side->data);
                for (int64_t i = 0; i < ggml_nelements(side); i++) values[i] = static_cast<float>(random()) * 1e-9f - 1;
            }
        }
    }

    void compute() {
        if (ggml_backend_graph_compute(backend_.get(), graph_) != GGML_STATUS_SUCCESS)
            throw std::runtime_error("the products failed");
    }

    std::vector<ggml_tensor *> nodes;

  private:
    ggml_context_ptr context_;
    ggml_backend_ptr backend_;
    ggml_backend_buffer_ptr buffer_;
    ggml_cgraph * graph_ = nullptr;
};

/// cblas_sgemm of a library whose names may have a prefix, as in scipy-openblas32.
class blas {
  public:
    blas(const std::string & path, int n_threads) : library_(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
        if (!library_) throw std::runtime_error(dlerror());
        sgemm_ = function<decltype(sgemm_)>("cblas_sgemm");
        if (!sgemm_) throw std::runtime_error(path + " has no cblas_sgemm");
        if (auto set = function<void (*)(int)>("openblas_set_num_threads")) set(n_threads);
    }

    void multiply(const ggml_tensor & node) const {
        constexpr int row_major = 101, plain = 111, transposed = 112;
        const ggml_tensor &weights = *node.src[0], &inputs = *node.src[1];
        const int depth = static_cast<int>(weights.ne[0]), outputs = static_cast<int>(weights.ne[1]);
        sgemm_(row_major, plain, transposed, static_cast<int>(inputs.ne[1]), outputs, depth, 1,
               static_cast<const float *>(inputs.data), depth, static_cast<const float *>(weights.data), depth, 0,
               static_cast<float *>(node.data), outputs);
    }

  private:
    template <typename pointer>
    pointer function(const std::string & name) const {
        for (const char * prefix : {"", "scipy_"}) {
            if (void * found = dlsym(library_, (prefix + name).c_str())) return reinterpret_cast<pointer>(found);
        }
        return nullptr;
    }

    void * library_; // until the process ends
    void (*sgemm_)(int order, int trans_a, int trans_b, int m, int n, int k, float alpha, const float * a, int lda,
                   const float * b, int ldb, float beta, float * c, int ldc) = nullptr;
};

template <typename work>
static void measure(double flop, double weights, const work & pass) {
    pass(); // warm-up
    const auto wall = std::chrono::steady_clock::now();
    const std::clock_t processor = std::clock(); // of all threads
    double passes = 0, seconds = 0;
    while (seconds < least_processor_seconds) {
        pass();
        passes++;
        seconds = static_cast<double>(std::clock() - processor) / CLOCKS_PER_SEC;
    }
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - wall;
    std::printf("{\"wall\": %.6f, \"processor\": %.6f, \"flop\": %.0f, \"weights\": %.0f}\n", elapsed.count(), seconds,
                passes * flop, weights);
}

static void run(program_options & options) {
    ggml_backend_load_all_from_path(options.at("--libraries").c_str());
    const auto [block, weights] = read_shapes(options.at("--model"));
    const int n_rows = std::stoi(options.at("--rows"));
    const int n_threads = std::stoi(options.at("--threads"));
    const std::string & kernel = options.at("--kernel");
    double flop = 0;
    for (const auto & [outputs, depth] : block) flop += 2.0 * static_cast<double>(outputs * depth * n_rows);

    graph products(block, n_rows, n_threads);
    corrsteer::matrix_products here(corrsteer::products::policy::float32, n_threads, n_rows);
    if (kernel == "here") {
        if (!corrsteer::products::are_here()) throw std::runtime_error("not written for this processor");
        for (ggml_tensor * node : products.nodes) here.take(*node);
    }
    if (kernel == "here" || kernel == "llama.cpp") {
        measure(flop, weights, [&] { products.compute(); });
        return;
    }
    const blas library(kernel, n_threads);
    measure(flop, weights, [&] {
        for (const ggml_tensor * node : products.nodes) library.multiply(*node);
    });
}

int main(int argc, char ** argv) {
    return run_program("products", argc, argv, run);
}
