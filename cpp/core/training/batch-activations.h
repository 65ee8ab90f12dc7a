#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "training/row-kernel.h"

namespace corrsteer::training {

/// Rows whose activations lie together, and that one thread looks at.
constexpr int group_rows = 16;

/// The activations of some neighbouring rows: features ascend within a row.
struct row_group {
    std::vector<uint32_t> features;
    std::vector<float> values;
    std::array<size_t, group_rows> ends{}; ///< of the rows
    std::vector<float> gradients;          ///< of the loss, by activation

    size_t begin_of(size_t row) const { return row == 0 ? 0 : ends[row - 1]; }
    size_t end_of(size_t row) const { return ends[row]; }
};

/// A row times the encoder, and what goes with each feature, [d_sae].
struct encoded_row {
    const float * products;
    const float * bias;
    const float * norms;
    size_t d_sae;
};

/// The largest activations of a batch of rows, found while tiles of pre-activations come and go. What is above a cutoff
/// is kept first, so that of a dense [rows, d_sae] little is ever in memory.
class batch_activations {
  public:
    explicit batch_activations(int n_rows);

    void clear();
    /// Appends to a group, in order of its rows, those features of which that is more than the cutoff: what the encoder
    /// makes, (product + bias) times norm. Groups are independent of each other.
    void append_above(const row_kernel & kernel, int row, const encoded_row & encoded, float cutoff);
    /// The same for some features, whatever that is.
    void append(const std::vector<uint32_t> & features, int row, const encoded_row & encoded);
    /// Of a row that was appended last to its group: the k largest; of equal ones the first.
    void keep_largest_of(int row, size_t k);
    /// Of all that is there: the n largest; of equal ones the first. Returns the smallest that is kept.
    float keep_largest(size_t n);
    /// Of all that is there: what is not less than the nth largest, which is returned.
    float keep_from(size_t n);
    size_t count() const;
    /// 0 where there is none.
    float smallest() const;

    std::vector<row_group> & groups() { return groups_; }
    const std::vector<row_group> & groups() const { return groups_; }

  private:
    std::vector<float> & all_values();

    std::vector<row_group> groups_;
    std::vector<float> values_;
};

} // namespace corrsteer::training
