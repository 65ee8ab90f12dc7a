#pragma once

#include <cstdint>
#include <vector>

namespace corrsteer {

enum class pooling { max, mean };

/// Pooled activations, one row per sample. Row i has entries offsets[i] to offsets[i + 1].
struct sparse_rows {
    std::vector<uint32_t> offsets{0};
    /// Features, ascending within a row.
    std::vector<uint32_t> indices;
    /// One vector per pooling, aligned with `indices`; all positive.
    std::vector<std::vector<float>> values;
};

/// Pools rows of activations, all >= 0, into sparse rows: a feature is in a row if it was active at any token,
/// whichever the pooling. The mean is over the tokens of the sample, active or not.
class pooler {
  public:
    pooler(int d_sae, std::vector<pooling> poolings);

    /// Adds one token's activations [d_sae] to the open row.
    void add(const float * activations);
    /// Closes the open row: zeros if nothing was added. ERR_OUT_OF_RANGE beyond 2^32 entries.
    void finish_row();
    sparse_rows take() { return std::move(pooled_); }

  private:
    std::vector<pooling> poolings_;
    std::vector<float> max_;
    std::vector<double> sum_;
    int n_tokens_ = 0;
    sparse_rows pooled_;
};

} // namespace corrsteer
