#pragma once

#include <atomic>
#include <deque>
#include <vector>

#include "attention/kernel.h"
#include "attention/seen-cells.h"
#include "ggml.h"

namespace corrsteer {

/// Attention that takes the time of the cells that a row sees. llama.cpp's looks at the mask of every cell of the
/// cache, which all sequences share, for every row and head, and rounds queries and sums to float16; here they are
/// float32, and a row's result is the same whichever rows are computed with it, wherever its cells lie, on any number
/// of threads, and with AVX2 as with AVX-512.
class seen_attention {
  public:
    /// For graphs that at most so many threads compute.
    explicit seen_attention(int n_threads);
    seen_attention(const seen_attention &) = delete;
    seen_attention & operator=(const seen_attention &) = delete;

    /// Makes a node of llama.cpp's graph that is about to be computed on the CPU, flash attention over a cache, one of
    /// the attention here. Asked about all nodes of each evaluation, after the graph's inputs were set. A node stays
    /// what it was made when the graph is used again; this outlives the graph.
    void take(ggml_tensor & node) noexcept;

    /// Whether it took a node of the last evaluation.
    bool has_taken() const { return n_works_ > 0; }

  private:
    /// A mask of the evaluation.
    struct mask {
        const ggml_tensor * tensor;
        attention::seen_cells cells;
    };
    /// A node of the evaluation.
    struct work {
        const attention::seen_cells * cells;
        std::vector<float> slopes; ///< of each head
        int n_heads;               ///< of a part: they share their keys
        int n_parts;               ///< of a tile, that a thread computes one after the other
        std::atomic<int> next;     ///< part that no thread has begun
    };

    const attention::seen_cells & cells_of(const ggml_tensor & mask);
    void prepare(ggml_tensor & node);
    static void compute(ggml_tensor * node, int thread, int n_threads, void * self);

    const attention::kernel * kernel_;
    const ggml_tensor * first_cache_ = nullptr; ///< of keys: of the first node of an evaluation
    std::deque<mask> masks_;
    size_t n_masks_ = 0; ///< of the evaluation; the others are memory for those to come
    std::deque<work> works_;
    size_t n_works_ = 0;
    std::vector<std::vector<float>> scratch_; ///< of each thread
    ggml_tensor custom_;                      ///< a node that calls `compute`, as ggml itself makes it
};

} // namespace corrsteer
