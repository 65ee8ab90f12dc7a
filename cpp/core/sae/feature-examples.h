#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "platform/cancel.h"
#include "products/nearest-rows.h"
#include "sae/residual-spool.h"

namespace corrsteer {

/// What is kept of each feature of an SAE. Memory is all theirs from the beginning: `size_bytes`.
struct example_options {
    uint32_t d_sae = 0;
    uint32_t n_top = 0;    ///< sequences in which the feature is strongest
    uint32_t n_sample = 0; ///< of all rows on which it is active
    uint32_t n_before = 0; ///< positions of a context before its own
    uint32_t n_after = 0;
    uint32_t n_sketch = 0; ///< counters of its activations
    uint64_t seed = 0;
};

/// Rows of a text that the model read at once, and where they are in all of it.
struct text_sequence {
    int slot;           ///< of the spool
    uint32_t position;  ///< in the text, of the first row that counts
    int probe = -1;     ///< the probe that this sequence has the window of, or -1
    uint32_t start = 0; ///< of that window, among the rows that count
};

/// A row on which a feature is active.
struct feature_example {
    uint32_t position;
    float activation;
    float largest; ///< activation in its context
};

/// Examples of every feature of one SAE from one pass over a text, with bounded memory. Any thread may call anything.
class feature_examples {
  public:
    /// One bit each.
    static constexpr int most_probes = 64;

    /// ERR_OUT_OF_RANGE for no features, no sketch, or so many that memory could not be addressed.
    explicit feature_examples(const example_options & options);

    /// Encodes a layer's rows of these slots and keeps what is to be kept; the first `skip` rows of each do not count.
    /// After a failure what is kept is of no use.
    void add(const residual_spool & spool, int layer, const std::shared_ptr<const sae> & sae,
             const std::vector<text_sequence> & sequences, size_t skip, const cancel_token & cancel);

    /// Bytes of each feature.
    static size_t feature_bytes(const example_options & options);

    const example_options & options() const { return options_; }
    uint64_t n_rows() const { return n_rows_; }
    size_t width() const { return options_.n_before + 1 + options_.n_after; }

    /// What is kept of features `begin` to `begin + count`: lists of n_top and n_sample examples each, of which those
    /// beyond n_rows of the list are nothing.
    struct kept {
        std::vector<uint32_t> active;         ///< [count], rows
        std::vector<double> sums;             ///< [count], of activations
        std::vector<uint64_t> probes;         ///< [count], in whose windows the feature is active
        std::vector<uint32_t> n_top;          ///< [count]
        std::vector<feature_example> top;     ///< [count, n_top], strongest first, the earlier one on a tie
        std::vector<uint8_t> top_contexts;    ///< [count, n_top, width]
        std::vector<feature_example> sample;  ///< [count, n_sample], in no order: n = min(active, n_sample)
        std::vector<uint8_t> sample_contexts; ///< [count, n_sample, width]
    };
    kept take(uint32_t begin, uint32_t count) const;

    /// For each feature the k others with the largest Pearson correlation of activations over all rows, as the sketches
    /// estimate it: the error of each is about 1 / sqrt(n_sketch). Features active on fewer than `least` rows have 0
    /// with all.
    nearest_rows coactive(uint32_t k, uint32_t least, int n_threads, const cancel_token & cancel) const;

  private:
    class reader;
    struct fired {
        uint32_t feature;
        uint32_t row;
        float activation;
    };

    void add_sequence(const text_sequence & sequence, uint32_t n_rows, std::vector<fired> & all);
    void add_feature(const text_sequence & sequence, const fired * begin, const fired * end);
    void keep_top(const text_sequence & sequence, const fired * begin, const fired * end);
    void keep_sample(const text_sequence & sequence, const fired * begin, const fired * end);
    feature_example example_of(const text_sequence & sequence, const fired * begin, const fired * end, const fired * at,
                               uint8_t * context) const;

    example_options options_;
    mutable std::mutex mutex_;
    uint64_t n_rows_ = 0;
    std::vector<uint32_t> active_;
    std::vector<double> sums_;
    std::vector<double> squares_;
    std::vector<uint64_t> probes_;
    std::vector<uint32_t> n_top_;
    std::vector<feature_example> top_;
    std::vector<uint8_t> top_contexts_;
    std::vector<feature_example> sample_;
    std::vector<uint8_t> sample_contexts_;
    std::vector<float> sketches_;       ///< [d_sae, n_sketch]
    std::vector<double> sketch_of_one_; ///< [n_sketch]: of what is 1 on every row
    std::vector<uint32_t> counters_;    ///< of the rows of a sequence
    std::vector<float> signs_;
};

} // namespace corrsteer
