#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "statistics/unit-columns.h"

namespace corrsteer {

/// So many that adding to one need not wait for adding to it before. 4,000 samples of 32 are 512 KB.
constexpr size_t n_rough_lanes = 32;
/// A score of each of several permutations, in single precision.
struct alignas(64) rough_row {
    float lane[n_rough_lanes];
};

/// unit_columns in single precision: half the memory to read, twice the numbers an instruction. Products come with a
/// bound on their distance from those of unit_columns, and so decide most comparisons as those would, and tell which
/// they do not.
class rough_columns {
  public:
    explicit rough_columns(const unit_columns & columns);

    size_t size() const { return traits_.size(); }

    /// As unit_columns::products, in any rounding: what depends on more than `error` is to be asked there.
    void products(size_t c, const rough_row * rows, rough_row & sums) const;

    /// For rows of norm 1: products differ by no more from those of unit_columns, with room left for rounding those to
    /// single precision and for adding or subtracting this. gamma(n + 2) |z|, by Cauchy and Schwarz, is what n entries
    /// may err by (Higham 2002, "Accuracy and Stability of Numerical Algorithms", section 3.1).
    float error(size_t c) const { return traits_[c].error; }

    /// Products with scores between these, and their negatives, are at most this.
    double most(size_t c, double least_score, double most_score) const {
        return traits_[c].positive * most_score - traits_[c].negative * least_score;
    }

  private:
    struct traits {
        double positive, negative; ///< sums of |z| over the entries of that sign
        float error;
    };
    const unit_columns & columns_; ///< for its samples
    std::vector<float> values_;
    std::vector<traits> traits_;
};

} // namespace corrsteer
