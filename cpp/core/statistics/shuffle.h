#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace corrsteer {

/// Permutations of scores, numbered: each the same for its seed, number and strata, whoever asks in whatever order.
class score_shuffler {
  public:
    /// Scores change places only within groups of equal strata [n]; empty: one group.
    /// ERR_SHAPE_MISMATCH for another number of strata.
    score_shuffler(const std::vector<uint32_t> & strata, size_t n, uint64_t seed);

    /// Permutation b of scores [n], each equally likely: Fisher and Yates within each group.
    std::vector<double> shuffle(const std::vector<double> & scores, uint32_t b) const;

  private:
    uint64_t seed_;
    std::vector<uint32_t> order_; ///< samples, group by group
    std::vector<size_t> ends_;    ///< of the groups in order_
};

} // namespace corrsteer
