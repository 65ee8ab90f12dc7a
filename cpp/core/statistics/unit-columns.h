#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "statistics/basis.h"
#include "statistics/columns.h"

namespace corrsteer {

/// One number of each of several permutations or resamples, side by side in memory: an activation is read once and
/// meets them all. 4,000 samples of 16 are 512 KB, so that a block stays in a core's second cache.
constexpr size_t n_lanes = 16;
/// Whoever goes through the columns with a block passes the `cpu_turn` after so many: half a millisecond of dense ones.
constexpr size_t columns_between_passes = 32;
struct alignas(64) lane_row {
    double lane[n_lanes];
};

/// Columns z scaled so that what the basis leaves of them, Mz, has norm 1: the product with a unit residual of scores
/// is their (partial) r. A column of which nothing is left is empty. z stands in for Mz (the product is the same, as
/// the scores are residuals), except where most of z is in the span: there it is Mz itself, dense, since z'z - |Qz|^2
/// would cancel.
class unit_columns {
  public:
    unit_columns(const sparse_columns & columns, const orthonormal_basis & basis);

    size_t size() const { return offsets_.size() - 1; }

    /// A column's samples and values, of which entries from all columns lie in one row: those before its own are
    /// `begin`.
    struct entry_range {
        size_t begin, size;
        const uint32_t * samples;
        const double * values;
    };
    entry_range entries(size_t c) const {
        const size_t begin = offsets_[c];
        return {begin, offsets_[c + 1] - begin, samples_.data() + begin, values_.data() + begin};
    }

    /// The sum over the column's samples of z x scores[sample], as a lane of `products` has it.
    double product(size_t c, const std::vector<double> & scores) const;
    /// Per lane, the sum over the column's samples of z x rows[sample], stratum by stratum, in order of sample:
    /// rounding is the same for equal terms, whatever the lane. |error| <= n 2^-53 on unit columns and unit rows
    /// (Cauchy-Schwarz); 4e-13 for 4,000 samples at the very worst, some 1e-15 in practice.
    void products(size_t c, const lane_row * rows, lane_row & sums) const;
    /// The same with z^2.
    void square_products(size_t c, const lane_row * rows, lane_row & sums) const;
    /// Per lane, the sum over strata g of scales[g] x (the sum over g's samples of z x weights[sample])^2.
    void stratum_squares(size_t c, const strata & groups, const lane_row * weights, const lane_row * scales,
                         lane_row & sums) const;

  private:
    template <typename Weigh>
    void accumulate(size_t c, const lane_row * rows, lane_row & sums, Weigh weigh) const;
    void append(const sparse_columns & columns, size_t c, const orthonormal_basis & basis);

    std::vector<size_t> offsets_{0};
    std::vector<uint32_t> samples_;
    std::vector<double> values_;
};

} // namespace corrsteer
