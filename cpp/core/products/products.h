#pragma once

#include <vector>

#include "ggml.h"
#include "products/route.h"
#include "products/scratch.h"

namespace corrsteer {

/// A model's products of matrices on the CPU by the routes of a policy. A row's result is the same whichever rows are
/// computed with it by the same route, on any number of threads, and with AVX2 as with AVX-512.
class matrix_products {
  public:
    /// For graphs that at most so many threads compute, of at most so many rows at once.
    matrix_products(products::policy policy, int n_threads, int most_rows);
    matrix_products(const matrix_products &) = delete;
    matrix_products & operator=(const matrix_products &) = delete;

    /// Makes a node of llama.cpp's graph that is about to be computed on the CPU, a product with a matrix of weights,
    /// one of the products here if the policy has a route for it. It stays one when the graph is used again; this
    /// outlives the graph.
    void take(ggml_tensor & node) noexcept;

  private:
    static void compute(ggml_tensor * node, int thread, int n_threads, void * self);

    products::policy policy_;
    int most_rows_;
    std::vector<products::scratch_memory> memory_; ///< of each thread
    ggml_tensor custom_;                           ///< a node that calls `compute`, as ggml itself makes it
};

} // namespace corrsteer
