#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "platform/cpu-turn.h"
#include "statistics/rough-columns.h"
#include "statistics/unit-columns.h"

namespace corrsteer {

/// Unit residuals of permuted scores, a lane each.
struct score_block {
    /// At most n_lanes of them, [n_samples] each. A lane too many holds zeros.
    explicit score_block(const std::vector<std::vector<double>> & permuted);

    size_t n_used;
    std::vector<lane_row> exact;
    std::vector<rough_row> rough;
    double least = 0, most = 0; ///< score of any lane
};

/// Looks through columns for the largest r, or |r|, that permuted scores give. Single precision does most of it, and
/// leaves to double what it cannot tell apart: the results are those of double alone.
class null_search {
  public:
    /// @param bounds [n_columns] on |r|, for what is counted
    null_search(const unit_columns & columns, std::vector<double> bounds, bool two_sided)
        : columns_(columns), rough_(columns), bounds_(std::move(bounds)), two_sided_(two_sided) {}

    /// By lane, over all columns. Adds the lanes in which a column reaches its bound to `exceed` [n_columns]; where
    /// that is empty nothing is counted, and columns that cannot be the largest are passed over.
    lane_row largest(const score_block & scores, std::vector<uint32_t> & exceed, cpu_turn & turn) const;

  private:
    double reach(size_t c, const score_block & scores) const;

    const unit_columns & columns_;
    rough_columns rough_;
    std::vector<double> bounds_;
    bool two_sided_;
};

} // namespace corrsteer
