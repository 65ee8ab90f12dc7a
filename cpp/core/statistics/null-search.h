#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "platform/cpu-turn.h"
#include "statistics/rough-columns.h"
#include "statistics/unit-columns.h"

namespace corrsteer {

/// Unit residuals of permuted scores, at most n_rough_lanes of them, [n_samples] each.
struct score_block {
    explicit score_block(std::vector<std::vector<double>> permuted);

    std::vector<std::vector<double>> permuted;
    std::vector<rough_row> rough; ///< the same by sample, a lane each; lanes too many hold zeros
    double least = 0, most = 0;   ///< of all scores
};

/// Looks through columns for the largest r, or |r|, that permuted scores give. Single precision does most of it, and
/// leaves to double what it cannot tell apart: the results are those of double alone.
class null_search {
  public:
    /// @param bounds [n_columns] on |r|, for what is counted
    null_search(const unit_columns & columns, std::vector<double> bounds, bool two_sided)
        : columns_(columns), rough_(columns), bounds_(std::move(bounds)), two_sided_(two_sided) {}

    /// By permutation, over all columns. Adds the permutations in which a column reaches its bound to `exceed`
    /// [n_columns]; where that is empty nothing is counted, and columns that cannot be the largest are passed over.
    std::vector<double> largest(const score_block & scores, std::vector<uint32_t> & exceed, cpu_turn & turn) const;

  private:
    double reach(size_t c, const score_block & scores) const;
    uint32_t count(size_t c, const rough_row & rough, const score_block & scores) const;

    const unit_columns & columns_;
    rough_columns rough_;
    std::vector<double> bounds_;
    bool two_sided_;
};

} // namespace corrsteer
