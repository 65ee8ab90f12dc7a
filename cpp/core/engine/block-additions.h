#pragma once

#include <cstddef>

#include "ggml.h"

namespace corrsteer {

/// What visits the rows of a node when they were added. Called by ggml's threads, at most one a row: never throws.
class row_visitor {
  public:
    virtual ~row_visitor() = default;

    /// Row `i` of the node's rows, which is `piece` to the visitor.
    virtual void visit(size_t piece, size_t i, float * row) noexcept = 0;
    /// Whether only the thread that computes the graph may visit it.
    virtual bool is_callers(size_t piece, size_t i) const noexcept = 0;
};

/// Additions of llama.cpp's graph, as the last one of each block, that visit their rows at once, on all of ggml's
/// threads. A callback of the graph's would cut it in two there, and one thread visit the rows while the others wait.
class block_additions {
  public:
    explicit block_additions(row_visitor & visitor);
    block_additions(const block_additions &) = delete;
    block_additions & operator=(const block_additions &) = delete;

    /// Whether `take` can: a sum on the CPU of two matrices of float32 rows.
    static bool can_take(const ggml_tensor & node);
    /// Makes a node that is about to be computed one that visits. It stays one when the graph is used again; this
    /// outlives the graph.
    void take(ggml_tensor & node, size_t piece) const;
    /// Makes a node that was taken what it was.
    void give_back(ggml_tensor & node) const;

  private:
    static void compute(ggml_tensor * node, int thread, int n_threads, void * self);

    row_visitor & visitor_;
    ggml_tensor custom_; ///< a node that calls `compute`, as ggml itself makes it
};

} // namespace corrsteer
