#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sae/activation-sink.h"

namespace corrsteer {

enum class pooling { max, mean };

/// Pooled activations, one row per sample. Row i has entries offsets[i] to offsets[i + 1].
struct sparse_rows {
    std::vector<uint32_t> offsets{0};
    /// Features, ascending within a row.
    std::vector<uint32_t> indices;
    /// One vector per pooling, aligned with `indices`.
    std::vector<std::vector<float>> values;
};

/// What of a token's values goes into sparse rows.
enum class kept_values {
    active, ///< SAE activations, all >= 0: those of the features that are above 0 at any token, whichever the pooling
    all,    ///< values of any sign
};

/// Pools rows of values into sparse rows. The mean is over the tokens of the sample, active or not.
class pooler : public activation_sink {
  public:
    pooler(int width, std::vector<pooling> poolings, kept_values kept = kept_values::active);

    /// Adds one token's values [width] to the open row.
    void add(const float * activations) override;
    /// Adds one token's activations that are above 0, of `count` features.
    void add(const uint32_t * features, const float * activations, size_t count) override;
    /// Closes the open row: zeros if nothing was added. ERR_OUT_OF_RANGE beyond 2^32 entries.
    void finish_row() override;
    sparse_rows take() { return std::move(pooled_); }

  private:
    void keep(size_t j);

    std::vector<pooling> poolings_;
    kept_values kept_;
    float least_; ///< what a maximum starts from
    std::vector<float> max_;
    std::vector<double> sum_;
    std::vector<uint32_t> fired_; ///< in the open row, where only these were added
    bool all_added_ = false;
    int n_tokens_ = 0;
    sparse_rows pooled_;
};

} // namespace corrsteer
