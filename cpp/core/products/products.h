#pragma once

#include <vector>

#include "ggml.h"

namespace corrsteer {

/// Products with a model's weights in float32, whatever the weights are stored as. llama.cpp rounds the other side to
/// the weights' precision (to 8 bits for quantised ones); here nothing is rounded but sums, in one order: a row's
/// result is the same whichever rows are computed with it, on any number of threads, and with AVX2 as with AVX-512.
class float32_products {
  public:
    /// Whether this processor has the instructions.
    static bool are_here();

    /// For graphs that at most so many threads compute, of at most so many rows at once.
    float32_products(int n_threads, int most_rows);
    float32_products(const float32_products &) = delete;
    float32_products & operator=(const float32_products &) = delete;

    /// Makes a node of llama.cpp's graph that is about to be computed on the CPU, the product of a matrix of weights
    /// that lie as in the file with enough rows, one of the products here. It stays one when the graph is used again;
    /// this outlives the graph.
    void take(ggml_tensor & node) noexcept;

  private:
    struct memory {
        std::vector<float> weights;
        std::vector<float> converted;
        std::vector<float> inputs;
    };

    static void compute(ggml_tensor * node, int thread, int n_threads, void * self);

    int most_rows_;
    std::vector<memory> memory_; ///< of each thread
    ggml_tensor custom_;         ///< a node that calls `compute`, as ggml itself makes it
};

} // namespace corrsteer
